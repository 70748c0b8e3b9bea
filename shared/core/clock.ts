/**
 * The product's time. Handlers and jobs never ask the system: they are given a Clock, so that the local engine can
 * run it faster and the simulation can own it.
 */
export interface Clock {
  /** Now, in epoch milliseconds of the product's time (faster than real time in the local engine). */
  now(): number;
  /** Now, in epoch milliseconds of real time. For request signatures only: their verifier has a real clock. */
  wall(): number;
  /** Calls `callback` once, `delay_ms` of the product's time from now. Returns what cancels it. */
  after(delay_ms: number, callback: () => void): () => void;
}

/** Real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wall: () => Date.now(),
  after(delay_ms, callback) {
    const timer = setTimeout(callback, delay_ms);
    return () => clearTimeout(timer);
  },
};

/** A clock that was `origin` when real time was `wall_origin`, and has run `speed` times as fast since. */
export interface ScaledTime {
  readonly origin_ms: number;
  readonly wall_origin_ms: number;
  readonly speed: number;
}

/** A clock that runs faster than real time, by the same line in every process that is given the same three numbers. */
export function scaledClock({ origin_ms, wall_origin_ms, speed }: ScaledTime): Clock {
  return {
    now: () => Math.floor(origin_ms + (Date.now() - wall_origin_ms) * speed),
    wall: () => Date.now(),
    after: (delay_ms, callback) => systemClock.after(delay_ms / speed, callback),
  };
}

/** Resolves after `delay_ms` of the clock's time; rejects with the signal's reason when it is aborted first. */
export function sleep(clock: Clock, delay_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(delay_ms, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}
