import * as z from "zod";

export const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

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

/** One rule of a policy's trigger, as text. */
export const scheduleRule = z
  .string()
  .min(1)
  .max(256)
  .refine(
    (text) => parseScheduleRule(text) !== undefined,
    "must be a rule of FREQ (DAILY or WEEKLY), BYDAY, BYHOUR (0-23), BYMINUTE (0-59) and INTERVAL, at most 24 times a day",
  );
