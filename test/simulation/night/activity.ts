import type { Stage } from "./stage.ts";

/** Whether a function that looks after open work has anything to look after. */
export interface Activity {
  begun(): void;
  ended(): void;
  /** True where a firing of its schedule would find nothing to do. */
  isIdle(): boolean;
}

/** In idle hours only some of the firings are played; the others would cost time and change nothing. */
const idlePause_ms = 45 * 60_000;

export function createActivity({ time }: Stage, pause_ms = idlePause_ms): Activity {
  let idle = false;
  let played_ms = 0;
  return {
    begun() {
      idle = false;
    },
    ended() {
      idle = true;
    },
    isIdle() {
      if (idle && time.now() - played_ms < pause_ms) return true;
      played_ms = time.now();
      return false;
    },
  };
}
