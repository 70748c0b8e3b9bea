import Table from "cli-table3";
import pc from "picocolors";
import { Calendar, type CalendarDay } from "../../../shared/retention/calendar.ts";
import { ZoneOffsets } from "../../../shared/retention/zone.ts";

const LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** A table without lines; columns named in `numbers` are aligned to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  numbers: readonly string[] = [],
): string[] {
  const drawn = new Table({
    head: head.map((name) => (name === "" ? "" : pc.bold(name))),
    colAligns: head.map((name) => (numbers.includes(name) ? "right" : "left")),
    chars: LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const row of rows) drawn.push([...row]);
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

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
