import { Temporal } from "temporal-polyfill";
import { type Period, scheduleOf } from "../checkpoints/rule-history.ts";
import type { Project } from "../estate/estate.ts";
import { previousTime } from "../estate/previous-time.ts";
import { REPORT_NIGHTS } from "./schema.ts";

/** The date that a moment has in a time zone, `2026-11-21`. */
export function localDate(at_ms: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at_ms).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** When a local date begins, epoch milliseconds. */
export function startOfDate(date: string, timeZone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds;
}

export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The report's nights: consecutive dates up to `last`, oldest first. */
export function reportDates(last: string): string[] {
  return Array.from({ length: REPORT_NIGHTS }, (_, index) => addDays(last, index - REPORT_NIGHTS + 1));
}

/** The latest local date on which any rule was due; the day of `now_ms` where none ever was. */
export function lastDate(projects: readonly Project[], now_ms: number): string {
  const dates = projects.flatMap((project) =>
    project.checkpoints.flatMap((rule) => {
      const { cron, timezone } = scheduleOf(rule, project);
      const due = previousTime(cron, timezone, now_ms);
      return due ? [localDate(Date.parse(due), project.timezone)] : [];
    }),
  );
  const [first] = projects;
  return dates.sort().at(-1) ?? localDate(now_ms, first?.timezone ?? "UTC");
}

/** When a schedule was due between two times, latest first, as slots spell it. */
export function dueTimes(
  { cron, timezone }: Pick<Period, "cron" | "timezone">,
  { from_ms, until_ms }: { readonly from_ms: number; readonly until_ms: number },
): string[] {
  const times: string[] = [];
  for (let before_ms = until_ms; ; ) {
    const due = previousTime(cron, timezone, before_ms);
    if (!due || Date.parse(due) < from_ms) return times;
    times.push(due);
    before_ms = Date.parse(due) - 1;
  }
}
