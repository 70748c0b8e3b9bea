import { Temporal } from "temporal-polyfill";
import type { Backup } from "../../shared/api/operations/cbr/backup.ts";
import type { Protectable } from "../../shared/api/operations/cbr/protectables.ts";
import type { Vault } from "../../shared/api/operations/cbr/vault.ts";
import { nightRecord } from "../../shared/checkpoints/night.ts";
import { type Slot, slotRecord } from "../../shared/checkpoints/slot.ts";
import { type Estate, estateSchema, type Project } from "../../shared/estate/estate.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { coverageReport } from "../../shared/report/coverage.ts";
import { gatherProject } from "../../shared/report/gather.ts";
import type { Listings } from "../../shared/report/listings.ts";
import { nightsToReport } from "../../shared/report/nights.ts";
import { plan, settle } from "../../shared/work/transitions.ts";

export const now_ms = Date.parse("2026-11-21T08:00:00Z");

/** The night at one o'clock in Berlin, `ago` days before the last one; summer time ended in between. */
export function nightAt(ago: number): string {
  const date = Temporal.PlainDate.from("2026-11-21").subtract({ days: ago });
  const local = date.toZonedDateTime({ timeZone: "Europe/Berlin", plainTime: "01:00" });
  return local.toInstant().toString({ smallestUnit: "second" });
}

export const demoEstate: Estate = estateSchema.parse({
  name: "demo",
  projects: [
    {
      name: "production",
      region: "eu-de",
      project_id: "p1",
      account_id: "a1",
      timezone: "Europe/Berlin",
      secrets: { observe: "s/o", checkpoint: "s/c", prune: "s/p", instances: "s/i" },
      checkpoints: [
        {
          name: "nightly",
          select: { name_pattern: "*" },
          schedule: { cron: "0 1 * * *" },
          deadline_minutes: 240,
          recovery_point_objective_hours: 26,
        },
      ],
    },
  ],
  report: { currency: "EUR", prices_per_gb_month: { server: 0.02 } },
});

export function demoProject(): Project {
  const [project] = demoEstate.projects;
  if (!project) throw new Error("the estate has no project");
  return project;
}

const hex = (kind: number, ...numbers: readonly number[]): string => {
  // Ids that compress as badly as real ones do.
  let state = numbers.reduce((sum, number) => Math.imul(sum ^ number, 2_654_435_761) >>> 0, kind + 1);
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state.toString(16).padStart(8, "0");
  };
  const text = next() + next() + next() + next();
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
};

export interface Backfilled {
  readonly vaults: number;
  readonly resources: number;
  readonly nights: number;
  readonly nameOf?: (vault: number, resource: number) => string;
  readonly vaultName?: (vault: number) => string;
  /** Changes a slot before it is written. */
  readonly change?: (slot: Slot, at: { readonly vault: number; readonly ago: number }) => Slot;
  /** Nights that nobody planned, in days before the last one. */
  readonly missed?: readonly number[];
  readonly protectables?: readonly Protectable[];
  readonly moreBackups?: readonly Backup[];
}

interface BackfilledEstate {
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly listings: Listings;
  readonly vaults: readonly Vault[];
}

export const vaultId = (vault: number): string => hex(1, vault);
export const resourceId = (vault: number, resource: number): string => hex(2, vault, resource);
const backupId = (vault: number, resource: number, ago: number): string => hex(3, vault, resource, ago);
const checkpointId = (vault: number, ago: number): string => hex(4, vault, ago);

/** An estate in which everything went well, except where `change` says otherwise. */
export async function madeUpEstate(wanted: Backfilled): Promise<BackfilledEstate> {
  const ledger = memoryLedger();
  const kept = new Map<string, Backup[]>();
  for (let ago = wanted.nights - 1; ago >= 0; ago--) {
    if (wanted.missed?.includes(ago)) continue;
    const scheduled_at = nightAt(ago);
    const deadline_at_ms = Date.parse(scheduled_at) + 240 * 60_000;
    await nightRecord.create(ledger, {
      project: "production",
      rule: "nightly",
      scheduled_at,
      deadline_at_ms,
      state: "closed",
      planned_at_ms: Date.parse(scheduled_at),
      closed_at_ms: Date.parse(scheduled_at) + 3_600_000,
      late: false,
      selected: wanted.vaults,
      skipped: 0,
      unselected: 0,
      advice: "",
    });
    for (let vault = 0; vault < wanted.vaults; vault++) {
      const good = goodSlot(wanted, vault, ago, deadline_at_ms);
      const slot = wanted.change?.(good, { vault, ago }) ?? good;
      await slotRecord.create(ledger, slot);
      const backups = kept.get(slot.vault_id) ?? [];
      kept.set(slot.vault_id, backups);
      backups.push(...backupsOf(slot));
    }
  }
  const vaults = Array.from({ length: wanted.vaults }, (_, vault) => toVault(wanted, vault));
  return {
    estate: demoEstate,
    ledger,
    vaults,
    listings: {
      unreadable: [],
      async *vaults() {
        yield* vaults;
      },
      async *backups() {
        for (const backups of kept.values()) yield* backups;
        yield* wanted.moreBackups ?? [];
      },
      async *protectables() {
        yield* wanted.protectables ?? [];
      },
      async *storageUsage() {
        for (const { resource_id } of wanted.moreBackups ?? []) yield { resource_id, backup_mb: 2048 };
      },
    },
  };
}

const nameOfVault = ({ vaultName }: Backfilled, vault: number) => vaultName?.(vault) ?? `vault-${vault + 1}`;

export function goodSlot(wanted: Backfilled, vault: number, ago: number, deadline_at_ms: number): Slot {
  const scheduled_at = nightAt(ago);
  const due_ms = Date.parse(scheduled_at);
  const resources = Array.from({ length: wanted.resources }, (_, resource) => resourceId(vault, resource));
  const work = { ...plan(due_ms), sent_at_ms: due_ms };
  return {
    project: "production",
    deployment: "test",
    rule: "nightly",
    vault_id: vaultId(vault),
    vault_name: nameOfVault(wanted, vault),
    scheduled_at,
    deadline_at_ms,
    after: null,
    incremental: true,
    resources,
    named: false,
    work: settle(work, { now_ms: due_ms + (10 + (vault % 40)) * 60_000, outcome: "done" }),
    attempts: [
      {
        attempt: 1,
        name: `vigil-${vault}-${ago}`,
        checkpoint_id: checkpointId(vault, ago),
        at_ms: due_ms + 60_000,
        resources,
      },
    ],
    covered: Object.fromEntries(resources.map((id, resource) => [id, backupId(vault, resource, ago)])),
    failure: {},
  };
}

export function backupsOf({ covered, attempts, vault_id }: Slot): Backup[] {
  const [attempt] = attempts;
  if (!attempt) return [];
  return Object.entries(covered).map(([resource_id, id]) => ({
    id,
    name: attempt.name,
    status: "available",
    created_at: new Date(attempt.at_ms).toISOString().replace("Z", "000"),
    checkpoint_id: attempt.checkpoint_id,
    vault_id,
    resource_id,
    resource_name: "a resource",
    resource_type: "OS::Nova::Server",
    extend_info: { auto_trigger: false },
    children: [],
  }));
}

export function toVault(wanted: Backfilled, vault: number): Vault {
  return {
    id: vaultId(vault),
    name: nameOfVault(wanted, vault),
    resources: Array.from({ length: wanted.resources }, (_, resource) => ({
      id: resourceId(vault, resource),
      type: "OS::Nova::Server",
      name: wanted.nameOf?.(vault, resource) ?? `server-${vault + 1}-${resource + 1}`,
      backup_size: 1024 * (1 + (resource % 7)),
      backup_count: wanted.nights,
      size: 40,
    })),
    billing: {
      status: "available",
      object_type: "server",
      size: 1000,
      used: 10_240 * (1 + (vault % 95)),
      allocated: 400,
    },
    tags: [],
    locked: false,
    auto_expand: false,
  };
}

/** A slot in which some resources failed for good, with a code of the provider's. */
export function withFailure(slot: Slot, ids: readonly string[], code: string, reason: string): Slot {
  const covered = Object.fromEntries(Object.entries(slot.covered).filter(([id]) => !ids.includes(id)));
  const failure = Object.fromEntries(ids.map((id) => [id, { code, reason, attempt: 1, final: true }]));
  const now = slot.work.settled?.at_ms ?? 0;
  const outcome = Object.keys(covered).length > 0 ? "partial" : "failed";
  return { ...slot, covered, failure, work: settle(slot.work, { now_ms: now, outcome, code, reason }) };
}

export async function reportOf(
  { estate, ledger, listings }: Omit<BackfilledEstate, "vaults">,
  at_ms = now_ms,
) {
  const dates = await nightsToReport(ledger, estate.projects, at_ms);
  const facts = [];
  for (const project of estate.projects)
    facts.push(await gatherProject(project, { ledger, listings, dates, now_ms: at_ms }));
  return coverageReport(estate, facts, { dates, now_ms: at_ms });
}
