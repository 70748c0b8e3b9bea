import * as z from "zod";
import { mostWait_ms } from "../api/retry-after.ts";

/** How many calls a service takes in any period of so many seconds. */
export interface Rate {
  readonly calls: number;
  readonly per_seconds: number;
}

/** The calls of the last period, counted in slices of it. */
export const windowSchema = z.object({
  /** Slice number (time divided by the slice's length) → calls sent in it. */
  slices: z.record(z.string(), z.number().int()),
  /** The provider asked everybody to wait until then. */
  slowed_until_ms: z.number().int(),
  /** Calls that were turned away and have yet to come back, so that they can be told different times. */
  waiting: z.number().int(),
});

export type Window = z.output<typeof windowSchema>;

export const emptyWindow: Window = { slices: {}, slowed_until_ms: 0, waiting: 0 };

/** A period is counted in so many slices; one more is remembered, so that no period ever holds too many calls. */
const slicesPerPeriod = 10;

/** A call is sent within so long after it was booked, or booked again. */
export const bookedFor_ms = 5_000;
/** The clocks of two functions differ by so much at most: what one has booked, another sees as older than it is. */
const clockSkew_ms = 10_000;

const sliceLength_ms = (rate: Rate) => Math.ceil((rate.per_seconds * 1000) / slicesPerPeriod);
const sliceAt = (rate: Rate, now_ms: number) => Math.floor(now_ms / sliceLength_ms(rate));
/** When a slice's calls no longer count. */
const sliceEnds_ms = (rate: Rate, slice: number) =>
  (slice + 1) * sliceLength_ms(rate) + rate.per_seconds * 1000 + clockSkew_ms + bookedFor_ms;

/**
 * Until when nobody may call, undefined when everybody may. A pause that lies further ahead than any may last was written by
 * a clock that is wrong: it is none. Pure.
 */
export function pausedUntil({ slowed_until_ms }: Window, now_ms: number): number | undefined {
  const left_ms = slowed_until_ms - now_ms;
  return left_ms > 0 && left_ms <= mostWait_ms + clockSkew_ms ? slowed_until_ms : undefined;
}

/** What `take` decides: how many calls may be sent now, and when the others may ask again. */
interface Grant {
  readonly window: Window;
  readonly granted: number;
  readonly next_ms: number;
}

/** Grants up to `wanted` calls. Pure. */
export function take(window: Window, rate: Rate, wanted: number, now_ms: number): Grant {
  const paused_until_ms = pausedUntil(window, now_ms);
  if (paused_until_ms !== undefined) return { window, granted: 0, next_ms: paused_until_ms };
  const now = sliceAt(rate, now_ms);
  const slices = Object.fromEntries(
    Object.entries(window.slices).filter(([slice]) => sliceEnds_ms(rate, Number(slice)) > now_ms),
  );
  const used = Object.values(slices).reduce((sum, count) => sum + count, 0);
  const granted = Math.max(0, Math.min(wanted, rate.calls - used));
  if (granted > 0) slices[now] = (slices[now] ?? 0) + granted;
  const oldest = Math.min(...Object.keys(slices).map(Number), now);
  return {
    window: { ...window, slices, waiting: Math.max(0, window.waiting - granted) },
    granted,
    next_ms: sliceEnds_ms(rate, oldest),
  };
}

/** Turns `count` calls away, to come back when it will be their turn. Pure. */
export function turnAway(
  window: Window,
  rate: Rate,
  count: number,
  next_ms: number,
): { window: Window; back_ms: number } {
  const turns = Math.floor(window.waiting / rate.calls);
  return {
    window: { ...window, waiting: window.waiting + count },
    back_ms: next_ms + turns * rate.per_seconds * 1000,
  };
}

/** Nobody calls for a while. Pure. */
export const slowDown = (window: Window, until_ms: number, now_ms: number): Window => ({
  ...window,
  slowed_until_ms: Math.max(pausedUntil(window, now_ms) ?? 0, until_ms),
});
