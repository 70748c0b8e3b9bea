import { Calendar, type CalendarDay } from "../../../shared/retention/calendar.ts";
import { ZoneOffsets } from "../../../shared/retention/zone.ts";

/** Moments as the policy's zone writes them. */
export class LocalTime {
  readonly zone: string;
  readonly #offsets: ZoneOffsets;
  readonly #calendar: Calendar;

  constructor(zone = "UTC") {
    this.zone = zone;
    this.#offsets = new ZoneOffsets(zone);
    this.#calendar = new Calendar(zone);
  }

  /** `2026-11-20 08:00`. */
  text(time_ms: number): string {
    return new Date(time_ms + this.#offsets.at(time_ms)).toISOString().slice(0, 16).replace("T", " ");
  }

  /** `2026-11-20`. */
  date(time_ms: number): string {
    return this.text(time_ms).slice(0, 10);
  }

  day(time_ms: number): CalendarDay {
    return this.#calendar.dayAt(time_ms);
  }
}
