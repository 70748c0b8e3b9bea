import type { Clock } from "../../shared/core/clock.ts";

interface Timer {
  readonly at_ms: number;
  readonly order: number;
  readonly callback: () => void;
}

export interface VirtualClock extends Clock {
  /** Lets time pass, timer by timer, until the promise has settled. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Moves time on; timers in between are called. */
  later(ms: number): Promise<void>;
}

/** Every promise that can go on has gone on. */
const rest = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A clock that jumps to the next thing that is waited for: hours of pacing in no time, without sockets. */
export function virtualClock(start_ms: number): VirtualClock {
  let now_ms = start_ms;
  let order = 0;
  const timers = new Set<Timer>();
  const next = () => {
    let first: Timer | undefined;
    for (const timer of timers) {
      const earlier =
        !first || timer.at_ms < first.at_ms || (timer.at_ms === first.at_ms && timer.order < first.order);
      if (earlier) first = timer;
    }
    return first;
  };
  const call = (timer: Timer) => {
    timers.delete(timer);
    now_ms = Math.max(now_ms, timer.at_ms);
    timer.callback();
  };
  return {
    now: () => now_ms,
    wall: () => now_ms,
    after(delay_ms, callback) {
      const timer = { at_ms: Math.ceil(now_ms + Math.max(0, delay_ms)), order: order++, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async run(promise) {
      let settled = false;
      const settle = () => {
        settled = true;
      };
      promise.then(settle, settle);
      for (;;) {
        await rest();
        if (settled) return promise;
        const timer = next();
        if (!timer) throw new Error("it waits for something that no clock brings");
        call(timer);
      }
    },
    async later(ms) {
      const until_ms = now_ms + ms;
      for (let timer = next(); timer && timer.at_ms <= until_ms; timer = next()) {
        call(timer);
        await rest();
      }
      now_ms = until_ms;
    },
  };
}

/** Shares of a function whose time is never over. */
export const endless = (): AbortSignal => new AbortController().signal;
