import { type Night, nightsOf } from "../checkpoints/night.ts";
import { type Period, periodsOf, scheduleOf } from "../checkpoints/rule-history.ts";
import { type Slot, serves, slotsOfNight } from "../checkpoints/slot.ts";
import { inParallel } from "../core/parallel.ts";
import type { CheckpointRule, Project } from "../estate/estate.ts";
import { previousTime } from "../estate/previous-time.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { dueTimes, lastDate, localDate, reportDates, startOfDate } from "./dates.ts";
import type { MissedNight, NightFacts, ProjectFacts } from "./facts.ts";
import { slotGrid } from "./grid.ts";
import { summarizeNight } from "./night.ts";

/** What the ledger says of a project's nights. */
export interface ReadNights extends Pick<ProjectFacts, "nights" | "missed" | "grid" | "tonight"> {
  /** Ids of the checkpoints that are ours. */
  readonly own: ReadonlySet<string>;
}

/**
 * The nights that a report of these projects shows, oldest first: up to the latest one that was due, or that somebody
 * has fired by hand before its time.
 */
export async function nightsToReport(
  ledger: Ledger,
  projects: readonly Project[],
  now_ms: number,
): Promise<string[]> {
  let last = lastDate(projects, now_ms);
  for (const project of projects) {
    for await (const { value } of nightsOf(ledger, project.name)) {
      const date = localDate(Date.parse(value.scheduled_at), project.timezone);
      if (date > last) last = date;
      break;
    }
  }
  return reportDates(last);
}

/** Nights that are read side by side: each holds its slots in memory until they are counted. */
const nightsAtOnce = 4;

/** A schedule that is later than this has not fired. */
const missedAfter_ms = 60 * 60_000;

export async function readNights(
  ledger: Ledger,
  project: Project,
  { dates, now_ms }: { readonly dates: readonly string[]; readonly now_ms: number },
): Promise<ReadNights> {
  const dateOf = (scheduled_at: string) => localDate(Date.parse(scheduled_at), project.timezone);
  const recorded = await recentNights(ledger, project, dates, dateOf);
  const latest = latestOfRules(recorded);
  const datesByTime = new Map(recorded.map(({ scheduled_at }) => [scheduled_at, dateOf(scheduled_at)]));
  const grid = slotGrid({ dates, dateOf: (scheduled_at) => datesByTime.get(scheduled_at) ?? "", now_ms });
  const own = new Set<string>();
  const tonight = new Set<Slot>();
  const nights: NightFacts[] = [];
  await inParallel([...datesByTime], nightsAtOnce, async ([scheduled_at, date]) => {
    const slots: Slot[] = [];
    for await (const { value } of slotsOfNight(ledger, { project: project.name, scheduled_at })) {
      slots.push(value);
      grid.add(value);
      for (const { checkpoint_id } of value.attempts) own.add(checkpoint_id);
    }
    for (const night of recorded.filter((one) => one.scheduled_at === scheduled_at)) {
      const ours = slots.filter((slot) => serves(slot, night.rule));
      nights.push({ date, night, summary: summarizeNight(ours) });
      if (latest.get(night.rule) === scheduled_at) for (const slot of ours) tonight.add(slot);
    }
  });
  return {
    nights,
    missed: await missedNights(ledger, project, { dates, now_ms, recorded }),
    grid,
    tonight: [...tonight],
    own,
  };
}

async function recentNights(
  ledger: Ledger,
  project: Project,
  dates: readonly string[],
  dateOf: (scheduled_at: string) => string,
): Promise<Night[]> {
  const [first = ""] = dates;
  const last = dates.at(-1) ?? "";
  const nights: Night[] = [];
  for await (const { value } of nightsOf(ledger, project.name)) {
    const date = dateOf(value.scheduled_at);
    if (date < first) break;
    if (date <= last) nights.push(value);
  }
  return nights;
}

const latestOfRules = (nights: readonly Night[]) =>
  new Map(nights.toReversed().map(({ rule, scheduled_at }) => [rule, scheduled_at]));

/** Times at which a rule that was in force was due and that the ledger knows nothing of. */
async function missedNights(
  ledger: Ledger,
  project: Project,
  {
    dates,
    now_ms,
    recorded,
  }: { readonly dates: readonly string[]; readonly now_ms: number; readonly recorded: readonly Night[] },
): Promise<MissedNight[]> {
  const [first = ""] = dates;
  const missed: MissedNight[] = [];
  for (const rule of project.checkpoints) {
    const known = new Set(
      recorded.filter((night) => night.rule === rule.name).map((night) => night.scheduled_at),
    );
    for (const due of await periodsInForce(ledger, project, rule, known)) {
      const from_ms = Math.max(due.since_ms, startOfDate(first, project.timezone));
      const until_ms = Math.min(due.present ? now_ms : due.seen_ms, now_ms - missedAfter_ms);
      for (const scheduled_at of dueTimes(due, { from_ms, until_ms })) {
        const due_ms = Date.parse(scheduled_at);
        if (known.has(scheduled_at)) continue;
        missed.push({
          date: localDate(due_ms, project.timezone),
          rule: rule.name,
          scheduled_at,
          deadline_at_ms: due_ms + rule.deadline_minutes * 60_000,
        });
      }
    }
  }
  return missed;
}

/**
 * When a rule was in force, and with which schedule: its due times outside were nobody's. It may have had nights before
 * the ledger first heard of it.
 */
async function periodsInForce(
  ledger: Ledger,
  project: Project,
  rule: CheckpointRule,
  known: ReadonlySet<string>,
): Promise<readonly Period[]> {
  const [first, ...later] = await periodsOf(ledger, { project: project.name, rule: rule.name });
  const schedule = first ?? scheduleOf(rule, project);
  const times = [...known]
    .filter((at) => previousTime(schedule.cron, schedule.timezone, Date.parse(at)) === at)
    .map((at) => Date.parse(at));
  if (!first && times.length === 0) return [];
  const since_ms = Math.min(...times, ...(first ? [first.since_ms] : []));
  return [{ seen_ms: since_ms, present: true, ...first, ...schedule, since_ms }, ...later];
}
