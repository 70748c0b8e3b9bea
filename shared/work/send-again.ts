import type { Clock } from "../core/clock.ts";
import { inParallel } from "../core/parallel.ts";
import { itemsAtOnce, type Ledger } from "../ledger/ledger.ts";
import type { RecordKind, Stored } from "../ledger/record.ts";
import type { Queue } from "../queue/queue.ts";
import { needsSending } from "./decide.ts";
import { sent } from "./transitions.ts";
import type { Work } from "./work.ts";

/** A unit whose message was sent so long ago has lost it, or the function that had it had no time left. */
const resendAfter_ms = 4 * 60_000;

/** What is sent again, and how. */
interface SendAgain<Value extends { readonly work: Work }> {
  readonly record: Pick<RecordKind<Value, never>, "replace">;
  /** As they are in the ledger now. */
  readonly units: readonly Stored<Value>[];
  /** The message for a unit's current attempt. */
  message(value: Value): string;
}

/**
 * Sends the messages of those units that wait for one, and returns how many. They are marked as sent only afterwards:
 * should this die in between they are sent once more, which every handler bears; a message that is only believed to be
 * sent would be missing.
 */
export async function sendAgain<Value extends { readonly work: Work }>(
  { ledger, clock, queue }: { readonly ledger: Ledger; readonly clock: Clock; readonly queue: Queue },
  { record, units, message }: SendAgain<Value>,
): Promise<number> {
  const now_ms = clock.now();
  const due = units.filter(({ value }) => needsSending(value.work, { now_ms, after_ms: resendAfter_ms }));
  if (due.length === 0) return 0;
  await queue.send(due.map(({ value }) => ({ body: message(value) })));
  // A handler that was faster has changed the unit already: then it need not be marked.
  await inParallel(due, itemsAtOnce, (seen) =>
    record.replace(ledger, seen, { ...seen.value, work: sent(seen.value.work, now_ms) }),
  );
  return due.length;
}
