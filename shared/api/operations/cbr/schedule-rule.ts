import * as z from "zod";

const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

/** A policy's time rule, parsed: `FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=14;BYMINUTE=00`. Times are UTC. */
export interface ScheduleRule {
  readonly frequency: "DAILY" | "WEEKLY";
  /** Every how many days or weeks. */
  readonly interval: number;
  /** Empty: every day. */
  readonly days: readonly (typeof weekdays)[number][];
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
}

function numbers(text: string | undefined, maximum: number): readonly number[] | undefined {
  if (text === undefined) {
    return [];
  }
  const parts = text.split(",");
  return parts.every((part) => /^\d{1,2}$/.test(part) && Number(part) <= maximum)
    ? parts.map(Number)
    : undefined;
}

/**
 * Parses one rule of a policy's trigger (table 4-206): iCalendar RFC 2445 with FREQ (WEEKLY or DAILY), BYDAY, BYHOUR
 * (0 to 23), BYMINUTE (0 to 59) and INTERVAL only, at most 24 times a day. Gives undefined for anything else.
 */
export function parseScheduleRule(text: string): ScheduleRule | undefined {
  const parts = new Map<string, string>();
  for (const part of text.split(";")) {
    const [, key, value] = /^(FREQ|BYDAY|BYHOUR|BYMINUTE|INTERVAL)=(.+)$/.exec(part) ?? [];
    if (key === undefined || value === undefined || parts.has(key)) {
      return undefined;
    }
    parts.set(key, value);
  }
  const frequency = parts.get("FREQ");
  const intervalText = parts.get("INTERVAL") ?? "1";
  const days = parts.get("BYDAY")?.split(",") ?? [];
  const hours = numbers(parts.get("BYHOUR"), 23);
  const minutes = numbers(parts.get("BYMINUTE"), 59);
  if (frequency !== "DAILY" && frequency !== "WEEKLY") {
    return undefined;
  }
  if (!/^[1-9]\d{0,3}$/.test(intervalText) || hours === undefined || minutes === undefined) {
    return undefined;
  }
  const known = weekdays.filter((day) => days.includes(day));
  const times = Math.max(1, hours.length) * Math.max(1, minutes.length);
  if (known.length !== days.length || times > 24) {
    return undefined;
  }
  return { frequency, interval: Number(intervalText), days: known, hours, minutes };
}

/** Documented for a policy (CBR table 4-206, HSS table 7): at most 24 rules, 24 times a day, an hour apart. */
export const mostRules = 24;
const mostTimesADay = 24;
const shortestGap_minutes = 60;

const day_minutes = 24 * 60;
const week_minutes = 7 * day_minutes;

/** The minutes after Monday midnight at which a rule is due in a week in which it is. Without a time it is midnight. */
export function minutesOfWeek({ days, hours, minutes }: ScheduleRule): number[] {
  const orMidnight = (values: readonly number[]) => (values.length === 0 ? [0] : values);
  const onDays = days.length === 0 ? weekdays : days;
  return onDays.flatMap((day) =>
    orMidnight(hours).flatMap((hour) =>
      orMidnight(minutes).map((minute) => weekdays.indexOf(day) * day_minutes + hour * 60 + minute),
    ),
  );
}

/**
 * Says what is wrong with all times of a policy together, undefined when nothing is. Rules of longer intervals are taken
 * as if each were due every week: on some week they all are.
 */
export function crowdedTimes(rules: readonly ScheduleRule[]): string | undefined {
  const times = [...new Set(rules.flatMap(minutesOfWeek))].sort((a, b) => a - b);
  for (let day = 0; day < 7; day++) {
    const ofDay = times.filter((minute) => Math.floor(minute / day_minutes) === day);
    if (ofDay.length > mostTimesADay) return `has ${ofDay.length} times on one day, at most ${mostTimesADay}`;
  }
  const [first = 0] = times;
  const close = times.find((minute, index) => {
    const next = times[index + 1] ?? first + week_minutes;
    return next - minute < shortestGap_minutes;
  });
  return close === undefined ? undefined : "has times less than an hour apart";
}

/** One rule of a policy's trigger, as text. */
const scheduleRule = z
  .string()
  .min(1)
  .max(256)
  .refine(
    (text) => parseScheduleRule(text) !== undefined,
    "must be a rule of FREQ (DAILY or WEEKLY), BYDAY, BYHOUR (0-23), BYMINUTE (0-59) and INTERVAL, at most 24 times a day",
  );

/** All rules of a policy's trigger. */
export const schedulePattern = z
  .array(scheduleRule)
  .max(mostRules)
  .superRefine((texts, context) => {
    const message = crowdedTimes(texts.flatMap((text) => parseScheduleRule(text) ?? []));
    if (message) context.addIssue({ code: "custom", message });
  });
