import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject, type Stored } from "../ledger/record.ts";

const nightSchema = z.object({
  project: z.string(),
  rule: z.string(),
  scheduled_at: z.string(),
  deadline_at_ms: z.number().int(),
  /** planning: slots are being written; open: some are not settled; closed: all are. */
  state: z.enum(["planning", "open", "closed"]),
  planned_at_ms: z.number().int(),
  closed_at_ms: z.number().int().nullable(),
  /** It was not planned when its schedule fired but backfilled afterwards. */
  late: z.boolean(),
  selected: z.number().int(),
  skipped: z.number().int(),
  unselected: z.number().int(),
  /** What to change if the night cannot be posted before its deadline; empty if it can. */
  advice: z.string(),
});

export type Night = z.output<typeof nightSchema>;
export interface NightId {
  readonly project: string;
  readonly rule: string;
  readonly scheduled_at: string;
}

const openPartition = (project: string) => `open-nights#${project}`;
const sortOf = ({ scheduled_at, rule }: NightId) => `${scheduled_at}#${rule}`;

export const nightRecord = defineRecord({
  kind: "night",
  version: 1,
  schema: nightSchema,
  partition: perProject("nights"),
  sort: sortOf,
  subject: (night) =>
    night.state === "closed" ? undefined : { partition: openPartition(night.project), sort: sortOf(night) },
});

/** A project's nights, newest first. */
export const nightsOf = (ledger: Ledger, project: string) =>
  nightRecord.all(ledger, { project }, { descending: true });

/** A night that is not closed. */
export interface OpenNight extends Stored<Night> {
  /** A later night of its rule was planned: nobody begins this one again. */
  readonly superseded: boolean;
}

/**
 * The nights of a project that are not closed, oldest first, however many and however old they are. They are found
 * through the index, which holds no closed night and may lag by seconds; each is then read as it is now.
 */
export async function openNights(ledger: Ledger, project: string): Promise<OpenNight[]> {
  const open: Stored<Night>[] = [];
  for await (const { value } of nightRecord.list(ledger, {
    partition: openPartition(project),
    bySubject: true,
  })) {
    const night = await nightRecord.read(ledger, value);
    if (night && night.value.state !== "closed") open.push(night);
  }
  const latest = await latestOfRules(ledger, project, open);
  return open.map((night) => ({
    ...night,
    superseded: (latest.get(night.value.rule) ?? "") > night.value.scheduled_at,
  }));
}

/** Rule → its latest night. Read only for nights whose planner has not come to its end, and no further back than those. */
async function latestOfRules(
  ledger: Ledger,
  project: string,
  open: readonly Stored<Night>[],
): Promise<Map<string, string>> {
  const latest = new Map<string, string>();
  const oldest = open.find(({ value }) => value.state === "planning")?.value.scheduled_at;
  if (oldest === undefined) return latest;
  for await (const { value } of nightsOf(ledger, project)) {
    if (value.scheduled_at <= oldest) break;
    if (!latest.has(value.rule)) latest.set(value.rule, value.scheduled_at);
  }
  return latest;
}

/** A night that was begun so recently may not have arrived in the index. */
const recent_ms = 24 * 3_600_000;

/** The nights before a time that are not closed, including those that the index may not show yet. */
export async function openNightsBefore(
  ledger: Ledger,
  { project, scheduled_at }: Pick<NightId, "project" | "scheduled_at">,
): Promise<Night[]> {
  const found = new Map((await openNights(ledger, project)).map(({ value }) => [sortOf(value), value]));
  for await (const { value } of nightsOf(ledger, project)) {
    if (Date.parse(value.scheduled_at) < Date.parse(scheduled_at) - recent_ms) break;
    if (value.state !== "closed") found.set(sortOf(value), value);
  }
  return [...found.values()].filter((night) => night.scheduled_at < scheduled_at);
}
