import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildPage } from "../../infra/stack/build-page.ts";
import { type Night, nightRecord } from "../../shared/checkpoints/night.ts";
import { type Slot, slotRecord } from "../../shared/checkpoints/slot.ts";
import type { Entry, Ledger } from "../../shared/ledger/ledger.ts";
import { reportDocuments } from "../../shared/report/documents.ts";
import {
  type Backfilled,
  backupsOf,
  demoEstate,
  goodSlot,
  nightAt,
  reportOf,
  toVault,
  withFailure,
} from "./support.ts";

// Run in a process of its own: `node large.ts FOLDER`. Writes the report of 10,000 resources over 30 nights into the
// folder and prints what it took. Ledger and listings are made while they are read, so that the memory measured is
// the report's own.

const size: Backfilled = { vaults: 400, resources: 25, nights: 30 };
const vaults = Array.from({ length: size.vaults }, (_, vault) => vault);
const nights = Array.from({ length: size.nights }, (_, ago) => ago);

function slotAt(vault: number, ago: number): Slot {
  const slot = goodSlot(size, vault, ago, Date.parse(nightAt(ago)) + 240 * 60_000);
  const unlucky = (vault * 7 + ago * 3) % 50 === 0;
  if (!unlucky) return slot;
  return withFailure(
    slot,
    slot.resources.slice(0, 2),
    "BackupService.7103",
    "The resource cannot be backed up.",
  );
}

const nightOf = (ago: number): Night => ({
  project: "production",
  rule: "nightly",
  scheduled_at: nightAt(ago),
  deadline_at_ms: Date.parse(nightAt(ago)) + 240 * 60_000,
  state: "closed",
  planned_at_ms: Date.parse(nightAt(ago)),
  closed_at_ms: Date.parse(nightAt(ago)) + 3_600_000,
  late: false,
  selected: size.vaults,
  skipped: 0,
  unselected: 0,
  advice: "",
});

/** The entry that a record would be kept as. */
async function entryOf(create: (ledger: Ledger) => Promise<unknown>): Promise<Entry> {
  const written: Entry[] = [];
  await create({
    ...ledger,
    write: async (entry) => {
      const kept = { ...entry, revision: 1 };
      written.push(kept);
      return kept;
    },
  });
  const [entry] = written;
  if (!entry) throw new Error("nothing was written");
  return entry;
}

const ledger: Ledger = {
  read: async () => undefined,
  write: async () => "conflict",
  remove: async () => "conflict",
  async *list({ partition }) {
    if (partition === "nights#production")
      for (const ago of nights) yield await entryOf((into) => nightRecord.create(into, nightOf(ago)));
    const ago = nights.find((one) => partition === `slots#production#${nightAt(one)}`);
    if (ago === undefined) return;
    for (const vault of vaults) yield await entryOf((into) => slotRecord.create(into, slotAt(vault, ago)));
  },
};

const listings = {
  async *vaults() {
    for (const vault of vaults) yield toVault(size, vault);
  },
  async *backups() {
    for (const vault of vaults) for (const ago of nights) yield* backupsOf(slotAt(vault, ago));
  },
  async *protectables() {},
  async *storageUsage() {},
  unreadable: [],
};

const [folder = "."] = process.argv.slice(2);
const page = await buildPage("report");
const begun_ms = performance.now();
const begunCpu = process.cpuUsage();
const report = await reportOf({ estate: demoEstate, ledger, listings });
const { json, csv, html } = reportDocuments(report, page);
await mkdir(folder, { recursive: true });
for (const [name, { body }] of Object.entries({ json, csv, html }))
  await writeFile(join(folder, `coverage.${name}`), body);
const { user, system } = process.cpuUsage(begunCpu);
const figures = {
  resources: report.totals.resources,
  nights: report.nights.length,
  written_ms: Math.round(performance.now() - begun_ms),
  cpu_ms: Math.round((user + system) / 1000),
  most_memory_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  html_bytes: Buffer.byteLength(html.body),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
