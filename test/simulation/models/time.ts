import { createAgenda } from "../../../infra/local/provider/world/agenda.ts";

/** The simulation's own time: nothing happens by itself, and everything that happens is played in one order. */
export interface VirtualTime {
  /** True time, in epoch milliseconds. Clocks of functions may be wrong against it. */
  now(): number;
  /** Runs `happen` when `delay_ms` have passed. Returns what cancels it. */
  after(delay_ms: number, happen: () => void): () => void;
  /** Plays everything until then. Rejects with what a happening threw. */
  play(until_ms: number): Promise<void>;
}

/**
 * Between two happenings every promise that can go on has gone on. Node empties the queue of promise jobs, however long
 * the chains are, before it takes the next tick; a tick that is asked for by a promise job therefore comes when all of
 * them have come to rest. No timer and no input of the real world takes part, so the order depends on nothing else.
 */
export function virtualTime(start_ms: number): VirtualTime {
  const agenda = createAgenda();
  let now_ms = start_ms;
  return {
    now: () => now_ms,
    after(delay_ms, happen) {
      let wanted = true;
      agenda.at(now_ms + Math.max(0, delay_ms), () => {
        if (wanted) happen();
      });
      return () => {
        wanted = false;
      };
    },
    play: (until_ms) =>
      new Promise((resolve, reject) => {
        const afterPromises = () => process.nextTick(step);
        const step = () => {
          const plan = agenda.takeDue(until_ms);
          if (plan === undefined) {
            now_ms = Math.max(now_ms, until_ms);
            resolve();
            return;
          }
          now_ms = Math.max(now_ms, plan.at_ms);
          try {
            plan.happen();
          } catch (error) {
            reject(error);
            return;
          }
          queueMicrotask(afterPromises);
        };
        queueMicrotask(afterPromises);
      }),
  };
}
