import {
  crowdedTimes,
  minutesOfWeek,
  mostRules,
  parseScheduleRule,
  type ScheduleRule,
} from "../api/operations/cbr/schedule-rule.ts";

/** The times of a policy's rules, by how often a rule recurs. */
type Times = ReadonlyMap<string, ReadonlySet<number>>;

/** Says what is wrong with the rules of one policy, taken together; undefined when nothing is. Pure. */
export function scheduleProblem(rules: readonly string[]): string | undefined {
  if (rules.length > mostRules) return `has ${rules.length} rules, at most ${mostRules} are possible`;
  const parsed: ScheduleRule[] = [];
  for (const text of rules) {
    const rule = parseScheduleRule(text);
    if (!rule) {
      return `${JSON.stringify(text)} is not a rule of FREQ (DAILY or WEEKLY), BYDAY, BYHOUR, BYMINUTE and INTERVAL`;
    }
    if (rule.hours.length === 0 || rule.minutes.length === 0)
      return `${JSON.stringify(text)} names no time: BYHOUR and BYMINUTE are needed`;
    if (rule.frequency === "WEEKLY" && rule.days.length === 0)
      return `${JSON.stringify(text)} names no day: a WEEKLY rule needs BYDAY`;
    parsed.push(rule);
  }
  return crowdedTimes(parsed);
}

/**
 * How one schedule relates to another: the `same` times however they are written, `more` (every time of the other one
 * and some besides), or `other`. Pure. Rules that cannot be read are compared as texts.
 */
export function compareSchedules(
  wanted: readonly string[],
  actual: readonly string[],
): "same" | "more" | "other" {
  const [wantedTimes, actualTimes] = [timesOf(wanted), timesOf(actual)];
  if (!wantedTimes || !actualTimes) {
    const texts = (rules: readonly string[]) => JSON.stringify([...rules].sort());
    return texts(wanted) === texts(actual) ? "same" : "other";
  }
  const more = covers(wantedTimes, actualTimes);
  if (!more) return "other";
  return covers(actualTimes, wantedTimes) ? "same" : "more";
}

const everyWeek = "1";

function timesOf(rules: readonly string[]): Times | undefined {
  const times = new Map<string, Set<number>>();
  for (const text of rules) {
    const rule = parseScheduleRule(text);
    if (!rule) return undefined;
    // A rule of interval 1 is due in every week, whichever way it is written.
    const recurrence = rule.interval === 1 ? everyWeek : `${rule.frequency}/${rule.interval}`;
    const known = times.get(recurrence) ?? new Set<number>();
    for (const minute of minutesOfWeek(rule)) known.add(minute);
    times.set(recurrence, known);
  }
  return times;
}

/** Whether every time of `less` is one of `more`. A longer interval is covered by itself or by every week. */
function covers(more: Times, less: Times): boolean {
  return [...less].every(([recurrence, minutes]) =>
    [...minutes].every((minute) => more.get(everyWeek)?.has(minute) || more.get(recurrence)?.has(minute)),
  );
}
