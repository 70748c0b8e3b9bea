import type { TierName } from "./policy.ts";
import { ZoneOffsets } from "./zone.ts";

export const DAY_MS = 86_400_000;

/**
 * A local day: for each tier, in the order of TIERS, the number of the day, ISO week, month and year it lies in. A
 * later one has the greater number.
 */
export type CalendarDay = readonly [day: number, week: number, month: number, year: number];

/** Days, ISO weeks, months and years of one time zone, by integer arithmetic on the zone's offsets. */
export class Calendar {
  readonly #offsets: ZoneOffsets;
  readonly #days = new Map<number, CalendarDay>();

  constructor(zone: string) {
    this.#offsets = new ZoneOffsets(zone);
  }

  /** The local day in which `time_ms` lies; the same object for every time of one day. */
  dayAt(time_ms: number): CalendarDay {
    const number = Math.floor((time_ms + this.#offsets.at(time_ms)) / DAY_MS);
    const known = this.#days.get(number);
    if (known) return known;
    const day = calendarDay(number);
    this.#days.set(number, day);
    return day;
  }
}

function calendarDay(number: number): CalendarDay {
  const date = new Date(number * DAY_MS);
  const year = date.getUTCFullYear();
  // Day 0, 1970-01-01, was a Thursday: its ISO week began three days before.
  return [number, Math.floor((number + 3) / 7), year * 12 + date.getUTCMonth(), year];
}

/** How people write the bucket of a tier: `2026-11-20`, `2026-W47`, `2026-11`, `2026`. */
export function bucketName(tier: TierName, [day, week, , year]: CalendarDay): string {
  if (tier === "day_backups") return isoDate(day);
  if (tier === "week_backups") return isoWeek(week);
  return tier === "month_backups" ? isoDate(day).slice(0, -3) : String(year);
}

function isoDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, -14);
}

/** An ISO week belongs to the year of its Thursday, and counts from the year's first Thursday. */
function isoWeek(week: number): string {
  const thursday = new Date(week * 7 * DAY_MS);
  const year = thursday.getUTCFullYear();
  const number = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${year}-W${String(number).padStart(2, "0")}`;
}
