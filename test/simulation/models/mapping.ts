import * as z from "zod";
import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";
import type { FunctionDefinition, Functions, Outcome } from "./functions.ts";
import type { Journal } from "./journal.ts";
import type { Received, SimulatedQueue } from "./queue.ts";
import type { VirtualTime } from "./time.ts";

export interface MappingOptions {
  readonly queue: SimulatedQueue;
  readonly consumer: FunctionDefinition;
  readonly batchSize: number;
  readonly window_s: number;
  readonly maximumConcurrency: number;
}

interface Deps {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly journal: Journal;
  readonly functions: Functions;
}

/** What a queue's function is given, and what it answers: the ids of the messages that failed. */
export const batchSchema = z.array(z.object({ id: z.string(), body: z.string() }));
export const failuresSchema = z.array(z.string());

/** Takes messages from a queue to a function, batch by batch, as Lambda does. `wake` says that there may be some. */
export function simulatedMapping(
  { queue, consumer, batchSize, window_s, maximumConcurrency }: MappingOptions,
  { time, random, journal, functions }: Deps,
): { wake(): void } {
  let running = 0;
  let planned_ms = Number.POSITIVE_INFINITY;

  /** Looks again when the next message can be seen. */
  const wake = () => {
    const next_ms = queue.nextVisible_ms();
    if (next_ms === undefined || running >= maximumConcurrency) return;
    const at_ms = Math.max(next_ms, time.now());
    if (at_ms >= planned_ms) return;
    planned_ms = at_ms;
    time.after(at_ms - time.now(), () => {
      if (planned_ms !== at_ms) return;
      planned_ms = Number.POSITIVE_INFINITY;
      collect();
    });
  };

  const collect = () => {
    running += 1;
    // The window ends early when another poller brings enough, so that two of them often go on at once.
    const wait_ms = random.fraction() < 0.5 ? 0 : random.between(0, window_s * 1000);
    time.after(wait_ms, () => {
      const batch = queue.receive(batchSize);
      if (batch.length === 0) {
        running -= 1;
        wake();
        return;
      }
      for (const { id, receives } of batch) journal.note(id, `received, time ${receives}`);
      const input = batch.map(({ id, body }) => ({ id, body }));
      functions.invoke(consumer, input, (outcome) => {
        running -= 1;
        for (const message of doneOf(outcome, batch)) queue.remove(message.receipt);
        wake();
      });
      wake();
    });
    wake();
  };
  return { wake };
}

/** A batch whose function failed stays in the queue as a whole. */
function doneOf(outcome: Outcome, batch: readonly Received[]): readonly Received[] {
  if (!outcome.ok) return [];
  const failed = failuresSchema.parse(outcome.result);
  return batch.filter(({ id }) => !failed.includes(id));
}
