import { Temporal } from "temporal-polyfill";
import type { CheckpointRule, Project } from "./estate.ts";
import { parseCron } from "./schedule.ts";
import { meets } from "./selection.ts";

const day_ms = 24 * 3_600_000;
/** Zones change their offsets, and days of the week fall on every day of a year, within this time. */
const years = 4;

/** Two rules that are due at one instant, and that may select the same vault. */
interface Collision {
  readonly first: CheckpointRule;
  readonly second: CheckpointRule;
  /** The first such instant, ISO 8601 in UTC. */
  readonly at: string;
}

/**
 * Pairs of a project's rules that fall due at the same instant within four years, whatever their expressions and zones
 * look like, and whose selections may have a vault in common. Pure.
 */
export function collisions({ checkpoints, timezone }: Project, now_ms: number): Collision[] {
  const offsets = new Map<string, readonly Offset[]>();
  const rulesAt = new Map<number, number[]>();
  const found = new Map<string, Collision>();
  for (const [index, rule] of checkpoints.entries()) {
    const zone = rule.schedule.timezone ?? timezone;
    const zoneOffsets = offsets.get(zone) ?? offsetsOf(zone, now_ms);
    offsets.set(zone, zoneOffsets);
    for (const at_ms of dueTimes(rule.schedule.cron, zoneOffsets, now_ms)) {
      const others = rulesAt.get(at_ms);
      if (!others) {
        rulesAt.set(at_ms, [index]);
        continue;
      }
      for (const other of others) {
        const first = checkpoints[other];
        if (!first || found.has(`${other} ${index}`) || !meets(first.select, rule.select)) continue;
        found.set(`${other} ${index}`, { first, second: rule, at: new Date(at_ms).toISOString() });
      }
      others.push(index);
    }
  }
  return [...found.values()];
}

/** What a zone's clocks show beyond UTC, from an instant on. */
interface Offset {
  readonly from_ms: number;
  readonly offset_ms: number;
}

function offsetsOf(zone: string, now_ms: number): Offset[] {
  const offsets: Offset[] = [];
  const end_ms = now_ms + (years * 365 + 2) * day_ms;
  const start = Temporal.Instant.fromEpochMilliseconds(now_ms).toZonedDateTimeISO(zone);
  let at: Temporal.ZonedDateTime | null = start;
  let from_ms = Number.NEGATIVE_INFINITY;
  while (at && at.epochMilliseconds < end_ms) {
    offsets.push({ from_ms, offset_ms: at.offsetNanoseconds / 1e6 });
    at = at.getTimeZoneTransition("next");
    if (at) from_ms = at.epochMilliseconds;
  }
  return offsets;
}

/** A local time that a zone skips does not fire; of one that occurs twice, the first does. */
function dueTimes(cron: string, offsets: readonly Offset[], now_ms: number): number[] {
  const { minute, hour, weekdays } = parseCron(cron);
  const times: number[] = [];
  const firstDay = Math.floor(now_ms / day_ms);
  let current = 0;
  for (let day = firstDay; day <= firstDay + years * 365 + 1; day++) {
    // 1970-01-01 was a Thursday.
    if (!weekdays.includes((day + 4) % 7)) continue;
    const local_ms = day * day_ms + (hour * 60 + minute) * 60_000;
    for (let index = Math.max(0, current - 1); index < offsets.length; index++) {
      const { from_ms, offset_ms } = offsets[index] ?? { from_ms: 0, offset_ms: 0 };
      const at_ms = local_ms - offset_ms;
      if (at_ms < from_ms) break;
      if (at_ms >= (offsets[index + 1]?.from_ms ?? Number.POSITIVE_INFINITY)) continue;
      times.push(at_ms);
      current = index;
      break;
    }
  }
  return times;
}
