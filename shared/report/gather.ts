import * as z from "zod";
import type { Backup } from "../api/operations/cbr/backup.ts";
import type { Protectable } from "../api/operations/cbr/protectables.ts";
import type { Vault } from "../api/operations/cbr/vault.ts";
import type { Project } from "../estate/estate.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { driftsOf } from "../policies/drift.ts";
import { addDays, startOfDate } from "./dates.ts";
import type { ProjectFacts } from "./facts.ts";
import { readInstances } from "./instances-section.ts";
import type { Listings } from "./listings.ts";
import { type ReadNights, readNights } from "./nights.ts";
import { readPruning } from "./pruning.ts";
import type { PolicyCoverage, WaitingApproval } from "./schema.ts";
import { backupTally, type Tally } from "./tally.ts";
import { usageHistory } from "./usage.ts";

interface GatherOptions {
  readonly ledger: Ledger;
  readonly listings: Listings;
  /** The report's nights, oldest first. */
  readonly dates: readonly string[];
  readonly now_ms: number;
}

/** So many unreadable items are named; the others are counted. */
const named = 20;

function unreadableProblems({ unreadable }: Listings): string[] {
  const problems = unreadable
    .slice(0, named)
    .map(
      ({ operation, id, problem }) =>
        `an item of ${operation} (${id ?? "without an id"}) could not be read: ${problem}`,
    );
  const more = unreadable.length - problems.length;
  return more > 0 ? [...problems, `${more} more items could not be read`] : problems;
}

/** How far back the growth of vaults is looked at. */
const usage_days = 60;

/**
 * Reads everything that the report says of a project. A list that cannot be read leaves its part empty and is named
 * among the problems: a report that is late or absent would say less than one with a gap.
 */
export async function gatherProject(project: Project, options: GatherOptions): Promise<ProjectFacts> {
  const { ledger, listings, dates, now_ms } = options;
  const problems: string[] = [];
  const attempt = async <Part>(what: string, read: () => Promise<Part>, otherwise: Part): Promise<Part> => {
    try {
      return await read();
    } catch (error) {
      problems.push(`${what} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  };
  const from = addDays(dates.at(-1) ?? "", -usage_days);
  const nights = await readNights(ledger, project, { dates, now_ms });
  const listed = await attempt("the vaults", () => Array.fromAsync(listings.vaults()), undefined);
  const tally = newTally(project, nights, dates);
  const orphan_mb = new Map<string, number>();
  const protectables: Protectable[] = [];
  // Without the vaults nothing else can be understood: every backup would look like an orphan.
  if (listed) {
    const held = heldBy(listed);
    await attempt("resources in no vault", () => readProtectables(listings, held, protectables), undefined);
    await attempt("the backups", () => readBackups(listings.backups(), tally), undefined);
    await attempt("sizes of orphans", () => readOrphanSizes(listings, held, tally, orphan_mb), undefined);
  }
  const { pruning, approvals } = await readPruning(ledger, project.name);
  const policies = await readPolicies(ledger, project.name);
  return {
    project,
    dates,
    ...nights,
    vaults: listed ?? [],
    tally,
    protectables,
    orphan_mb,
    usage: await attempt(
      "the history of capacity",
      () => usageHistory(ledger, project.name, from),
      new Map(),
    ),
    instances: await readInstances(ledger, project, now_ms),
    pruning,
    policies: policies.policies,
    approvals: [...approvals, ...policies.approvals],
    problems: [...problems, ...unreadableProblems(listings)],
  };
}

function newTally(project: Project, { nights, own }: ReadNights, dates: readonly string[]): Tally {
  const begun = new Map<string, number>();
  for (const { date, night } of nights) {
    const at_ms = Date.parse(night.scheduled_at);
    begun.set(date, Math.min(at_ms, begun.get(date) ?? at_ms));
  }
  // On days without a night backups of somebody else still have their place: from midnight on.
  const starts_ms = dates.map((date) => begun.get(date) ?? startOfDate(date, project.timezone));
  return backupTally({ project_id: project.project_id, own, starts_ms });
}

async function readBackups(backups: AsyncIterable<Backup>, tally: Tally): Promise<void> {
  for await (const backup of backups) tally.add(backup);
}

/** The disks of a server are listed as well; the server's vault protects them. */
const withDisks = z.object({ children: z.array(z.object({ id: z.string() })).nullish() });

async function readProtectables(
  listings: Listings,
  held: ReadonlySet<string>,
  into: Protectable[],
): Promise<void> {
  const disksOfProtected = new Set<string>();
  const outside: Protectable[] = [];
  for await (const one of listings.protectables()) {
    if (!held.has(one.id)) {
      outside.push(one);
      continue;
    }
    const { success, data } = withDisks.safeParse(one);
    if (success) for (const { id } of data.children ?? []) disksOfProtected.add(id);
  }
  into.push(...outside.filter(({ id }) => !disksOfProtected.has(id)));
}

/** Ids of all resources that are in a vault. */
const heldBy = (vaults: readonly Vault[]): ReadonlySet<string> =>
  new Set(vaults.flatMap(({ resources }) => resources.map(({ id }) => id)));

/** Asked only when there is an orphan: most mornings the provider is spared these pages. */
async function readOrphanSizes(
  listings: Listings,
  held: ReadonlySet<string>,
  { byResource }: Tally,
  into: Map<string, number>,
): Promise<void> {
  if ([...byResource.keys()].every((id) => held.has(id))) return;
  for await (const { resource_id, backup_mb } of listings.storageUsage()) {
    if (backup_mb !== null && !held.has(resource_id)) into.set(resource_id, backup_mb);
  }
}

/** How the policies of a project stand, and the changes of them that wait for a person. */
async function readPolicies(
  ledger: Ledger,
  project: string,
): Promise<{ readonly policies: readonly PolicyCoverage[]; readonly approvals: readonly WaitingApproval[] }> {
  const standings = (await Array.fromAsync(driftsOf(ledger, project))).map(({ value }) => value);
  return {
    policies: standings.map(({ policy, problem, drift }) => ({ policy, problem, drift })),
    approvals: standings.flatMap(({ policy, pending, hash }) =>
      hash === null
        ? []
        : [
            {
              kind: "policy change",
              hash,
              subject: `policy ${policy}`,
              reason: pending
                .map(({ field, wanted, actual }) => `${field}: ${actual} should be ${wanted}`)
                .join("; "),
              command: `npm run operate -- approve ${hash}`,
            },
          ],
    ),
  };
}
