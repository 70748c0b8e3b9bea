import { definition as reporting } from "../../../functions/report-coverage/definition.ts";
import { objectTypes } from "../../../shared/api/operations/cbr/common.ts";
import { lastDate, reportDates } from "../../../shared/report/dates.ts";
import { gatherProject } from "../../../shared/report/gather.ts";
import { providerListings } from "../../../shared/report/listings.ts";
import { now_ms, type PruningCloud, pruningCloud } from "../../prune/cloud.ts";
import { nightlyVault } from "../../prune/vaults.ts";
import type { BenchOptions } from "../options.ts";
import { type Row, rowOf } from "../row.ts";
import { countedNight } from "./night.ts";

/** The provider gives at most so many items of any list in one page. */
const PAGE = 1000;
const pages = (items: number): number => Math.max(1, Math.ceil(items / PAGE));
const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, count) => all + count, 0);

export async function benchNightCalls({ vaults }: BenchOptions): Promise<Row[]> {
  const { selected, resources, calls } = await countedNight(vaults);
  return [
    callsRow(`provider calls of a night of ${vaults.toLocaleString("en")} vaults`, {
      ...{ calls: sum(calls), counts: calls, goal: "≤ 1.1" },
      least: pages(vaults) + selected + pages(resources),
      formula: "pages of vaults + one POST for each selected vault + pages of their tasks, once",
    }),
  ];
}

const RESOURCES = 10;
const NIGHTS = 100;
const KEPT = 98;

/** The calls of a prune in which each resource loses its two oldest backups, and those of a report afterwards. */
export async function benchPruneAndReport({ backups }: BenchOptions): Promise<Row[]> {
  const count = Math.max(1, Math.round(backups / (RESOURCES * NIGHTS)));
  const cloud = await pruningCloud({ rule: { retention: { max_backups: KEPT } }, speed: 1 });
  try {
    for (let vault = 0; vault < count; vault++) await nightlyVault(cloud, NIGHTS, { resources: RESOURCES });
    const total = count * RESOURCES * NIGHTS;
    return [await prune(cloud, count, total), await report(cloud, count)];
  } finally {
    await cloud.close();
  }
}

async function prune(cloud: PruningCloud, vaults: number, backups: number): Promise<Row> {
  await cloud.plan();
  await cloud.drain();
  const counts = cloud.calls();
  const deleted = vaults * RESOURCES * (NIGHTS - KEPT);
  if (counts.deleteBackup !== deleted)
    throw new Error(`${counts.deleteBackup} backups were deleted instead of ${deleted}`);
  // Servers' backups can be shared, and so the members of each are looked at.
  const least = pages(vaults) + vaults * 2 * pages(RESOURCES * NIGHTS) + 3 * deleted;
  return callsRow(`provider calls of a prune of ${backups.toLocaleString("en")} backups`, {
    ...{ calls: sum(counts), least, goal: "≤ 1.05", counts },
    formula:
      "pages of vaults + each vault's pages twice (plan, look again) + for each deletion one read, its members, one DELETE",
  });
}

async function report(cloud: PruningCloud, vaults: number): Promise<Row> {
  const [project] = cloud.estate.projects;
  if (!project) throw new Error("the estate has no project");
  const backups = vaults * RESOURCES * KEPT;
  cloud.cloud.calls.reset();
  await gatherProject(project, {
    ledger: cloud.ledger,
    listings: providerListings(cloud.connect(reporting.provider.operations, "observe")),
    dates: reportDates(lastDate(cloud.estate.projects, now_ms)),
    now_ms,
  });
  const counts = cloud.calls();
  const protectables = objectTypes.map((type) => (type === "server" ? vaults * RESOURCES : 0));
  const least = pages(vaults) + pages(backups) + protectables.reduce((all, items) => all + pages(items), 0);
  return callsRow(`provider calls of a report of ${backups.toLocaleString("en")} backups`, {
    ...{ calls: sum(counts), least, goal: "≤ 1.05", counts },
    formula: "pages of vaults + pages of backups + pages of protectable resources of each type",
  });
}

function callsRow(
  name: string,
  given: {
    readonly calls: number;
    readonly least: number;
    readonly goal: "≤ 1.1" | "≤ 1.05";
    readonly formula: string;
    readonly counts: Readonly<Record<string, number>>;
  },
): Row {
  const { calls, least, goal, formula, counts } = given;
  const counted = Object.entries(counts).map(([operation, count]) => `${operation} ${count}`);
  return rowOf({
    ...{ name, goal },
    values: [calls / least],
    unit: "× the least possible",
    baseline: `${least}: ${formula}`,
    note: `${calls} calls: ${counted.join(", ")}`,
  });
}
