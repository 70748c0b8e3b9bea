import * as z from "zod";
import { inParallel } from "../core/parallel.ts";
import type { CheckpointRule, Project } from "../estate/estate.ts";
import { parseCron } from "../estate/schedule.ts";
import { itemsAtOnce, type Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject, type Stored } from "../ledger/record.ts";

/** A time in which a rule was in force with one schedule. Due times before and after are nobody's. */
const period = z.object({
  cron: z.string(),
  timezone: z.string(),
  since_ms: z.number().int(),
  /** When it was last seen to be in force. */
  seen_ms: z.number().int(),
  /** It is in force now. */
  present: z.boolean(),
});

export type Period = z.output<typeof period>;

const historySchema = z.object({
  project: z.string(),
  rule: z.string(),
  /** Oldest first, without overlaps. */
  periods: z.array(period),
});

type History = z.output<typeof historySchema>;
type HistoryId = Pick<History, "project" | "rule">;

const ruleHistory = defineRecord({
  kind: "rule-history",
  version: 1,
  schema: historySchema,
  partition: perProject("rule-history"),
  sort: ({ rule }: HistoryId) => rule,
});

/** How old `seen_ms` may be: what was due between it and an edit is nobody's. */
const seenEvery_ms = 15 * 60_000;

/** What is older is in no report any more; so often nobody edits a rule. */
const mostPeriods = 40;

/**
 * Writes down which rules a project has now and when each of them fires, and returns since when that is so, in epoch
 * milliseconds by rule. A rule that is new, was edited, or comes back after it was taken out is in force from now on.
 */
export async function noteRules(
  ledger: Ledger,
  project: Project,
  now_ms: number,
): Promise<ReadonlyMap<string, number>> {
  const known = new Map<string, Stored<History>>();
  for await (const stored of ruleHistory.all(ledger, { project: project.name })) {
    known.set(stored.value.rule, stored);
  }
  const since = new Map<string, number>();
  const removed = [...known.values()].filter(
    ({ value }) => present(value) && !project.checkpoints.some(({ name }) => name === value.rule),
  );
  await inParallel(removed, itemsAtOnce, (seen) => ruleHistory.replace(ledger, seen, ended(seen.value)));
  await inParallel(project.checkpoints, itemsAtOnce, async (rule) => {
    const seen = known.get(rule.name);
    const history = noted(seen?.value, { project, rule, now_ms });
    since.set(rule.name, history.periods.at(-1)?.since_ms ?? now_ms);
    // Whoever loses this race to another invocation has seen the same.
    if (history !== seen?.value) await ruleHistory.put(ledger, seen, history);
  });
  return since;
}

/** The history of a rule that is in force now; the same value where there is nothing to write down. */
function noted(
  history: History | undefined,
  {
    project,
    rule,
    now_ms,
  }: { readonly project: Project; readonly rule: CheckpointRule; readonly now_ms: number },
): History {
  const schedule = scheduleOf(rule, project);
  const current = history && present(history);
  if (history && current && isSame(current, schedule)) {
    if (now_ms < current.seen_ms + seenEvery_ms) return history;
    return { ...history, periods: [...history.periods.slice(0, -1), { ...current, seen_ms: now_ms }] };
  }
  const next: Period = { ...schedule, since_ms: now_ms, seen_ms: now_ms, present: true };
  const before = history ? ended(history).periods : [];
  return { project: project.name, rule: rule.name, periods: [...before, next].slice(-mostPeriods) };
}

/** When a rule was in force, and with which schedules, oldest first; empty if the ledger has never heard of it. */
export async function periodsOf(ledger: Ledger, id: HistoryId): Promise<readonly Period[]> {
  return (await ruleHistory.read(ledger, id))?.value.periods ?? [];
}

/** When a rule fires: its own time zone, or the project's. */
export const scheduleOf = (
  { schedule }: Pick<CheckpointRule, "schedule">,
  project: Pick<Project, "timezone">,
): Pick<Period, "cron" | "timezone"> => ({
  cron: schedule.cron,
  timezone: schedule.timezone ?? project.timezone,
});

const present = ({ periods }: History): Period | undefined =>
  periods.at(-1)?.present ? periods.at(-1) : undefined;

const ended = (history: History): History => ({
  ...history,
  periods: history.periods.map((one) => ({ ...one, present: false })),
});

/** The same times, however the expression is spelled. */
const isSame = (a: Pick<Period, "cron" | "timezone">, b: Pick<Period, "cron" | "timezone">): boolean =>
  a.timezone === b.timezone && JSON.stringify(parseCron(a.cron)) === JSON.stringify(parseCron(b.cron));
