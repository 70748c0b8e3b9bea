import type { Clock } from "../../../shared/core/clock.ts";
import type { VirtualTime } from "./time.ts";

/**
 * One execution environment of a function: the process that a cold start begins, that is frozen between invocations,
 * and that may die at any step. What dies loses its timers and every answer that is on its way to it; what it has sent
 * goes on without it.
 */
export interface Container {
  readonly id: string;
  /** Its clock, wrong by a constant. */
  readonly clock: Clock;
  readonly alive: boolean;
  /** Lets it run, at most so many steps: then it dies. Whatever came while it was frozen happens now. */
  thaw(steps: number, onDeath: () => void): void;
  freeze(): void;
  kill(): void;
  /** It is about to reach outside. False when it is dead, or dies of this step: then nothing leaves it. */
  leaves(): boolean;
  /** Something has come back from outside. Dropped when it is dead, kept while it is frozen. */
  arrives(happen: () => void): void;
}

export function createContainer(time: VirtualTime, id: string, skew_ms: number): Container {
  let state: "running" | "frozen" | "dead" = "frozen";
  let left = Number.POSITIVE_INFINITY;
  let onDeath = () => {};
  let waiting: (() => void)[] = [];

  const kill = () => {
    if (state === "dead") return;
    state = "dead";
    waiting = [];
    onDeath();
  };
  const leaves = () => {
    if (state !== "running") return false;
    left -= 1;
    if (left >= 0) return true;
    kill();
    return false;
  };
  const arrives = (happen: () => void) => {
    if (state === "frozen") waiting.push(() => arrives(happen));
    else if (leaves()) happen();
  };
  return {
    id,
    clock: {
      now: () => Math.floor(time.now()) + skew_ms,
      wall: () => Math.floor(time.now()) + skew_ms,
      after(delay_ms, callback) {
        let wanted = true;
        const cancel = time.after(delay_ms, () => {
          arrives(() => {
            if (wanted) callback();
          });
        });
        return () => {
          wanted = false;
          cancel();
        };
      },
    },
    get alive() {
      return state !== "dead";
    },
    thaw(steps, told) {
      if (state === "dead") return;
      left = steps;
      onDeath = told;
      state = "running";
      const due = waiting;
      waiting = [];
      for (const happen of due) happen();
    },
    freeze() {
      if (state === "running") state = "frozen";
    },
    kill,
    leaves,
    arrives,
  };
}
