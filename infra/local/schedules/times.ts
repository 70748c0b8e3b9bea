import { Cron } from "croner";
import { Temporal } from "temporal-polyfill";

/** When a schedule fires. */
export interface ScheduleTimes {
  /** The first time after `after_ms` (epoch milliseconds), or undefined when it never fires again. */
  next(after_ms: number): number | undefined;
}

const units = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * Reads an expression of EventBridge Scheduler: `cron(…)`, `rate(…)` or `at(…)`. `origin_ms` is when the schedule came to
 * be; rates count from there. Source: EventBridge Scheduler user guide, schedule types.
 */
export function scheduleTimes(expression: string, timeZone: string, origin_ms: number): ScheduleTimes {
  const cron = /^cron\((.+)\)$/.exec(expression)?.[1];
  if (cron !== undefined) return cronTimes(cron, timeZone);
  const at = /^at\((.+)\)$/.exec(expression)?.[1];
  if (at !== undefined) {
    const time = instantOf(Temporal.PlainDateTime.from(at), timeZone);
    return { next: (after_ms) => (time !== undefined && time > after_ms ? time : undefined) };
  }
  const rate = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(expression);
  if (!rate) throw new Error(`${expression} is no schedule expression: expected cron(…), rate(…) or at(…)`);
  const unit = rate[2] === "minute" || rate[2] === "hour" ? rate[2] : "day";
  const period = Number(rate[1]) * units[unit];
  return {
    next: (after_ms) => origin_ms + period * Math.max(1, Math.floor((after_ms - origin_ms) / period) + 1),
  };
}

/**
 * croner lists local times as if no zone ever changed its clock; which instant each one is, is decided here as AWS does
 * it: a local time that the zone skips does not fire, one that occurs twice fires once, at its first occurrence.
 */
function cronTimes(fields: string, timeZone: string): ScheduleTimes {
  const parts = fields.trim().split(/\s+/);
  if (parts.length !== 6)
    throw new Error(`cron(${fields}) has ${parts.length} fields; EventBridge Scheduler has 6`);
  // Seconds first, then the six fields of AWS, whose weekdays count from 1 = Sunday.
  const pattern = new Cron(`0 ${parts.join(" ").replaceAll("?", "*")}`, {
    mode: "7-part",
    alternativeWeekdays: true,
    sloppyRanges: true,
    domAndDow: true,
    timezone: "UTC",
    paused: true,
  });
  return {
    next(after_ms) {
      const local = Temporal.Instant.fromEpochMilliseconds(after_ms)
        .toZonedDateTimeISO(timeZone)
        .toPlainDateTime();
      // Clocks have never been set by more than a day: begin that much earlier and skip what has passed.
      let candidate: Date | null = new Date(
        local.subtract({ days: 1 }).toZonedDateTime("UTC").epochMilliseconds,
      );
      for (;;) {
        candidate = pattern.nextRun(candidate);
        if (!candidate) return undefined;
        const wall = Temporal.Instant.fromEpochMilliseconds(candidate.getTime()).toZonedDateTimeISO("UTC");
        const instant = instantOf(wall.toPlainDateTime(), timeZone);
        if (instant !== undefined && instant > after_ms) return instant;
      }
    },
  };
}

/** The instant of a local time: its first occurrence, or undefined when the zone skips it. */
function instantOf(local: Temporal.PlainDateTime, timeZone: string): number | undefined {
  const zoned = local.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  return zoned.toPlainDateTime().equals(local) ? zoned.epochMilliseconds : undefined;
}
