import { Temporal } from "temporal-polyfill/implementation";
import { fixedOffset_ms } from "./zone-name.ts";

/** A stretch of time in which a zone does not change its offset: `from_ms` inclusive, `to_ms` exclusive. */
interface Segment {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly offset_ms: number;
}

const FOREVER = { from_ms: Number.NEGATIVE_INFINITY, to_ms: Number.POSITIVE_INFINITY };

/**
 * A zone's offset from UTC at any time. Temporal is asked once per stretch between two transitions, because asking
 * it for each of a million backups takes ten times as long as everything else together.
 */
export class ZoneOffsets {
  readonly #zone: string;
  readonly #segments: Segment[];
  #current: Segment = { from_ms: 0, to_ms: 0, offset_ms: 0 };

  constructor(zone: string) {
    this.#zone = zone;
    const offset_ms = fixedOffset_ms(zone);
    this.#segments = offset_ms === undefined ? [] : [{ ...FOREVER, offset_ms }];
  }

  /** Local time minus UTC at `time_ms`, in milliseconds. */
  at(time_ms: number): number {
    if (!covers(this.#current, time_ms)) {
      this.#current = this.#segments.find((segment) => covers(segment, time_ms)) ?? this.#learn(time_ms);
    }
    return this.#current.offset_ms;
  }

  #learn(time_ms: number): Segment {
    const segment = segmentAt(this.#zone, time_ms);
    this.#segments.push(segment);
    return segment;
  }
}

function covers(segment: Segment, time_ms: number): boolean {
  return segment.from_ms <= time_ms && time_ms < segment.to_ms;
}

function segmentAt(zone: string, time_ms: number): Segment {
  const here = Temporal.Instant.fromEpochMilliseconds(time_ms).toZonedDateTimeISO(zone);
  const next = here.getTimeZoneTransition("next");
  // "previous" is strictly earlier, so a time that is itself a transition is asked for from a moment later.
  const previous = here.add({ nanoseconds: 1 }).getTimeZoneTransition("previous");
  return {
    from_ms: previous?.epochMilliseconds ?? FOREVER.from_ms,
    to_ms: next?.epochMilliseconds ?? FOREVER.to_ms,
    offset_ms: here.offsetNanoseconds / 1e6,
  };
}
