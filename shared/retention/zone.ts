import { Temporal } from "temporal-polyfill/implementation";

const FIXED = /^UTC([+-])(\d\d):(\d\d)$/;
/** Temporal also takes offsets and whole timestamps for a zone; a policy may only name one. */
const IANA_NAME = /^[A-Za-z][A-Za-z0-9_+/-]*$/;
/** No place on earth is further from UTC than fourteen hours. */
const MAX_OFFSET_MINUTES = 14 * 60;

/** Whether a policy's `timezone` is an IANA name or `UTC±hh:mm`. */
export function isTimeZone(zone: string): boolean {
  if (FIXED.test(zone)) return fixedOffset_ms(zone) !== undefined;
  if (!IANA_NAME.test(zone)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

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

function fixedOffset_ms(zone: string): number | undefined {
  const match = FIXED.exec(zone);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (Number(match[3]) > 59 || minutes > MAX_OFFSET_MINUTES) return undefined;
  return (match[1] === "-" ? -minutes : minutes) * 60_000;
}
