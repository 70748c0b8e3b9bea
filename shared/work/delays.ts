/** Delays that grow: the first, doubled each time, at most `most_ms`. */
interface GrowingDelays {
  readonly first_ms: number;
  readonly most_ms: number;
}

const minute_ms = 60_000;

/** Every delay between one try at a unit of work and the next, in milliseconds. */
export const delays = {
  /** It had no effect, or could not be looked up: the same attempt again. */
  again: { first_ms: minute_ms, most_ms: 15 * minute_ms },
  /** The state of a phone does not allow its backup yet; somebody waits for the release. */
  phone: { first_ms: minute_ms, most_ms: 10 * minute_ms },
  /** The attempt has failed: the next one. */
  attempt: { first_ms: 5 * minute_ms, most_ms: 60 * minute_ms },
  /** Something else is in progress on the same thing. */
  busy_ms: 5 * minute_ms,
  /** The vault's checkpoint of an earlier night is still being made. */
  earlierSlot_ms: 10 * minute_ms,
} as const satisfies Readonly<Record<string, GrowingDelays | number>>;

/** The delay after `n` that went before. */
export const growingDelay = (n: number, { first_ms, most_ms }: GrowingDelays): number =>
  Math.min(first_ms * 2 ** Math.min(n, 30), most_ms);

/** How long the same attempt is put off that was put off `n` times before; never shorter than somebody asked for. */
export const delayAgain_ms = (n: number, retry_after_ms = 0): number =>
  Math.max(growingDelay(n, delays.again), retry_after_ms);
