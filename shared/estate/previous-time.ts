import { Temporal } from "temporal-polyfill";
import { parseCron } from "./schedule.ts";

/**
 * When a schedule was last due, at or before a time; undefined when it was not within the last eight days. A local
 * time that the zone skipped did not fire; of one that occurred twice, the first did.
 */
export function previousTime(cron: string, timeZone: string, before_ms: number): string | undefined {
  const { minute, hour, weekdays } = parseCron(cron);
  const before = Temporal.Instant.fromEpochMilliseconds(before_ms);
  let date = before.toZonedDateTimeISO(timeZone).toPlainDate();
  for (let days = 0; days <= 8; days++, date = date.subtract({ days: 1 })) {
    if (!weekdays.includes(date.dayOfWeek % 7)) continue;
    const local = date.toPlainDateTime({ hour, minute });
    const zoned = local.toZonedDateTime(timeZone, { disambiguation: "earlier" });
    if (!zoned.toPlainDateTime().equals(local)) continue;
    if (Temporal.Instant.compare(zoned.toInstant(), before) <= 0)
      return zoned.toInstant().toString({ smallestUnit: "second" });
  }
  return undefined;
}
