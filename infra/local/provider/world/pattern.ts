import {
  crowdedTimes,
  mostRules,
  parseScheduleRule,
  type ScheduleRule,
} from "../../../../shared/api/operations/cbr/schedule-rule.ts";
import { cbr } from "./model.ts";
import { day_ms, hour_ms, type Moment, minute_ms } from "./time.ts";

/** As `Date.getUTCDay` counts. */
const weekdayNumbers = { SU: 0, MO: 1, TU: 2, WE: 3, TH: 4, FR: 5, SA: 6 } as const;

/** A scheduling rule, ready to be reckoned with. */
interface Pattern {
  /** Every n days (1) or every n weeks (7). */
  readonly unit_days: 1 | 7;
  readonly interval: number;
  /** 0 is Sunday; every day when empty. */
  readonly weekdays: ReadonlySet<number>;
  /** Minutes after midnight, in order. */
  readonly minutes: readonly number[];
}

/** Reads the scheduling rules of a policy, such as `FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=14;BYMINUTE=00`. */
export function readPatterns(rules: readonly string[]): Pattern[] {
  const refuse = (why: string) => cbr("9900", `trigger.properties.pattern: ${why}`);
  if (rules.length > mostRules) throw refuse(`more than ${mostRules} rules`);
  const parsed = rules.map((text) => {
    const rule = parseScheduleRule(text);
    if (rule === undefined) throw refuse(`${JSON.stringify(text)} is no scheduling rule`);
    return rule;
  });
  const crowded = crowdedTimes(parsed);
  if (crowded !== undefined) throw refuse(crowded);
  return parsed.map(patternOf);
}

function patternOf({ frequency, interval, days, hours, minutes }: ScheduleRule): Pattern {
  const orMidnight = (numbers: readonly number[]) => (numbers.length === 0 ? [0] : numbers);
  return {
    unit_days: frequency === "DAILY" ? 1 : 7,
    interval,
    weekdays: new Set(days.map((day) => weekdayNumbers[day])),
    minutes: orMidnight(hours)
      .flatMap((hour) => orMidnight(minutes).map((minute) => hour * 60 + minute))
      .sort((left, right) => left - right),
  };
}

/** The first time strictly after `after`; intervals count from the day (or week) of `start`. */
export function nextTime(pattern: Pattern, start: Moment, after: Moment): Moment | undefined {
  const firstDay = Math.floor(after / day_ms);
  const startDay = Math.floor(start / day_ms);
  // Far enough for the longest interval in weeks.
  const horizon_days = pattern.unit_days * pattern.interval + 8;
  for (let day = firstDay; day <= firstDay + horizon_days; day += 1) {
    if (!isDue(pattern, startDay, day)) continue;
    const found = pattern.minutes.map((minute) => day * day_ms + minute * minute_ms).find((at) => at > after);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isDue(pattern: Pattern, startDay: number, day: number): boolean {
  // Day 0 of the epoch was a Thursday; weeks begin on Monday.
  if (pattern.weekdays.size > 0 && !pattern.weekdays.has((day + 4) % 7)) return false;
  const weekOf = (number: number) => Math.floor((number + 3) / 7);
  const passed = pattern.unit_days === 1 ? day - startDay : weekOf(day) - weekOf(startDay);
  return passed % pattern.interval === 0;
}

const local_hours = { from: 8, to: 20 } as const;

/** The next full hour at which the region deletes expired backups: 08:00 to 20:00 of its local time. */
export function nextExpiryBatch(after: Moment, offset_minutes: number): Moment {
  const shift_ms = offset_minutes * minute_ms;
  let at = (Math.floor((after + shift_ms) / hour_ms) + 1) * hour_ms;
  while (!isBatchHour(at)) at += hour_ms;
  return at - shift_ms;
}

function isBatchHour(local_ms: number): boolean {
  const hour = Math.floor((local_ms % day_ms) / hour_ms);
  // Every fourth hour is often enough for what is counted in days.
  return hour >= local_hours.from && hour <= local_hours.to && (hour - local_hours.from) % 4 === 0;
}
