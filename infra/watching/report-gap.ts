import type { Estate } from "../../shared/estate/estate.ts";
import { awsCron } from "../../shared/estate/schedule.ts";
import { scheduleTimes } from "../local/schedules/times.ts";

const hour_ms = 3_600_000;
/** Any week has every weekday that a cron expression can name; a change of the clocks is in one of the years' weeks. */
const seen_days = 14;
const from_ms = Date.parse("2026-03-16T00:00:00Z");

/** The longest time between two morning reports, in whole hours. */
export function reportGap_hours({ report, projects }: Estate): number {
  const timeZone = report.schedule.time_zone ?? projects[0]?.time_zone ?? "UTC";
  const times = scheduleTimes(awsCron(report.schedule.cron), timeZone, from_ms);
  let longest_ms = 0;
  let last_ms = times.next(from_ms);
  while (last_ms !== undefined && last_ms < from_ms + seen_days * 24 * hour_ms) {
    const next_ms = times.next(last_ms);
    if (next_ms === undefined) break;
    longest_ms = Math.max(longest_ms, next_ms - last_ms);
    last_ms = next_ms;
  }
  return Math.ceil(longest_ms / hour_ms);
}
