import { type Clock, type ScaledTime, scaledClock, systemClock } from "../../../shared/runtime/clock.ts";

/** A clock that stands still until it is started: nothing is late because something else took long to prepare. */
export interface StartableClock extends Clock {
  start(): ScaledTime;
}

export function startableClock(origin_ms: number, speed: number): StartableClock {
  let running: Clock | undefined;
  return {
    now: () => running?.now() ?? origin_ms,
    wall: systemClock.wall,
    after: (delay_ms, callback) => systemClock.after(delay_ms / speed, callback),
    start() {
      const time = { origin_ms, wall_origin_ms: systemClock.wall(), speed };
      running = scaledClock(time);
      return time;
    },
  };
}
