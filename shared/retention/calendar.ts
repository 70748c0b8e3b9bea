import { ZoneOffsets } from "./zone.ts";

export const DAY_MS = 86_400_000;

/** The newest backup of each of the most recent buckets is kept by a tier; days, weeks and so on are its buckets. */
interface CalendarTier {
  /** The policy's field. */
  readonly field: string;
  /** One bucket. */
  readonly word: string;
  /** The number of the bucket that a local day lies in; `number` counts days from 1970-01-01. A later one has the greater. */
  readonly bucket: (number: number, date: Date) => number;
  /** How people write the bucket: `2026-11-20`, `2026-W47`, `2026-11`, `2026`. */
  readonly name: (number: number) => string;
}

/** The tiers, finest first. Schema, rules and reasons follow from this table. */
export const tiers = [
  { field: "day_backups", word: "day", bucket: (number) => number, name: isoDate },
  {
    field: "week_backups",
    word: "week",
    // Day 0, 1970-01-01, was a Thursday: its ISO week began three days before.
    bucket: (number) => Math.floor((number + 3) / 7),
    name: isoWeek,
  },
  {
    field: "month_backups",
    word: "month",
    bucket: (_, date) => date.getUTCFullYear() * 12 + date.getUTCMonth(),
    name: (number) => isoDate(number).slice(0, -3),
  },
  {
    field: "year_backups",
    word: "year",
    bucket: (_, date) => date.getUTCFullYear(),
    name: (number) => String(new Date(number * DAY_MS).getUTCFullYear()),
  },
] as const satisfies readonly CalendarTier[];

export type TierName = (typeof tiers)[number]["field"];

/** A local day. */
export interface CalendarDay {
  /** Counted from 1970-01-01. */
  readonly number: number;
  /** For each tier, in their order, the number of the bucket it lies in. */
  readonly buckets: readonly number[];
}

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
  return { number, buckets: tiers.map(({ bucket }) => bucket(number, date)) };
}

function isoDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, -14);
}

/** An ISO week belongs to the year of its Thursday, and counts from the year's first Thursday. */
function isoWeek(day: number): string {
  const thursday = new Date(Math.floor((day + 3) / 7) * 7 * DAY_MS);
  const year = thursday.getUTCFullYear();
  const number = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${year}-W${String(number).padStart(2, "0")}`;
}
