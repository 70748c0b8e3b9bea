import { cbr } from "./refusal.ts";
import { day_ms, hour_ms, type Moment, minute_ms } from "./time.ts";

/** Documented: at most 24 rules, and at most 24 times in a day, at least an hour apart. Times are UTC. */
const maximum_rules = 24;

const days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

export interface Pattern {
  /** Every n days (DAILY) or every n weeks (WEEKLY). */
  readonly unit_days: 1 | 7;
  readonly interval: number;
  /** 0 is Sunday; all days when none is named. */
  readonly weekdays: ReadonlySet<number> | undefined;
  /** Minutes after midnight. */
  readonly minutes: readonly number[];
}

/** Reads scheduling rules such as `FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=14;BYMINUTE=00`. */
export function readPatterns(rules: readonly string[]): Pattern[] {
  if (rules.length > maximum_rules)
    throw cbr("9900", `trigger.properties.pattern: more than ${maximum_rules} rules`);
  const patterns = rules.map(readPattern);
  const minutes = patterns.flatMap((pattern) => pattern.minutes).sort((left, right) => left - right);
  const tooClose =
    patterns.length === 1 && minutes.some((at, index) => index > 0 && at - (minutes[index - 1] ?? 0) < 60);
  if (tooClose) throw cbr("9900", "trigger.properties.pattern: times must be at least an hour apart");
  return patterns;
}

function readPattern(rule: string): Pattern {
  const refuse = (why: string) => cbr("9900", `trigger.properties.pattern: ${why}`);
  const parts = new Map(
    rule.split(";").map((part) => {
      const [name = "", value = ""] = part.split("=");
      return [name.trim().toUpperCase(), value.trim().toUpperCase()];
    }),
  );
  for (const name of parts.keys()) {
    if (!["FREQ", "BYDAY", "BYHOUR", "BYMINUTE", "INTERVAL"].includes(name))
      throw refuse(`unknown part ${name}`);
  }
  const frequency = parts.get("FREQ");
  if (frequency !== "DAILY" && frequency !== "WEEKLY") throw refuse("FREQ must be DAILY or WEEKLY");
  const numbers = (name: string, fallback: string, low: number, high: number) =>
    (parts.get(name) ?? fallback).split(",").map((text) => {
      const number = /^\d{1,3}$/.test(text) ? Number(text) : -1;
      if (number < low || number > high) throw refuse(`${name} must be from ${low} to ${high}`);
      return number;
    });
  const hours = numbers("BYHOUR", "0", 0, 23);
  const minutes = numbers("BYMINUTE", "0", 0, 59);
  return {
    unit_days: frequency === "DAILY" ? 1 : 7,
    interval: numbers("INTERVAL", "1", 1, 366)[0] ?? 1,
    weekdays: readDays(parts.get("BYDAY"), refuse),
    minutes: hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)).sort((a, b) => a - b),
  };
}

function readDays(text: string | undefined, refuse: (why: string) => Error): ReadonlySet<number> | undefined {
  if (text === undefined || text === "") return undefined;
  return new Set(
    text.split(",").map((name) => {
      const day = days.indexOf(name.trim());
      if (day < 0) throw refuse("BYDAY must name days MO to SU");
      return day;
    }),
  );
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
  if (pattern.weekdays !== undefined && !pattern.weekdays.has((day + 4) % 7)) return false;
  const weekOf = (number: number) => Math.floor((number + 3) / 7);
  const passed = pattern.unit_days === 1 ? day - startDay : weekOf(day) - weekOf(startDay);
  return passed % pattern.interval === 0;
}

export const local_hours = { from: 8, to: 20 } as const;

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
