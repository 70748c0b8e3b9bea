import { Temporal } from "temporal-polyfill";
import { parseCron } from "./schedule.ts";

const yearsAhead = 3;

/** A local time that a zone skips on some day: a schedule at it does not fire on that night. */
interface SpringGap {
  /** The day on which the zone skips it, for example `2027-03-28`. */
  readonly day: string;
  /** The first local time after the gap, for example `03:00`. */
  readonly proposal: string;
}

/** Whether a schedule lies inside its zone's spring gap within the next years; the proposal fires on every day. */
export function springGap(cron: string, timeZone: string, now_ms: number): SpringGap | undefined {
  const { hour, minute } = parseCron(cron);
  const time = Temporal.PlainTime.from({ hour, minute });
  const end = Temporal.Instant.fromEpochMilliseconds(now_ms)
    .toZonedDateTimeISO(timeZone)
    .add({ years: yearsAhead });
  let at = Temporal.Instant.fromEpochMilliseconds(now_ms)
    .toZonedDateTimeISO(timeZone)
    .getTimeZoneTransition("next");
  for (; at && Temporal.ZonedDateTime.compare(at, end) < 0; at = at.getTimeZoneTransition("next")) {
    const before = at.subtract({ nanoseconds: 1 });
    const skipped_ns = at.offsetNanoseconds - before.offsetNanoseconds;
    if (skipped_ns <= 0) continue;
    const gapStart = at.toPlainDateTime().subtract({ nanoseconds: skipped_ns });
    const local = gapStart.toPlainDate().toPlainDateTime(time);
    const inside =
      Temporal.PlainDateTime.compare(local, gapStart) >= 0 &&
      Temporal.PlainDateTime.compare(local, at.toPlainDateTime()) < 0;
    if (inside) {
      return {
        day: gapStart.toPlainDate().toString(),
        proposal: at.toPlainTime().toString({ smallestUnit: "minute" }),
      };
    }
  }
  return undefined;
}
