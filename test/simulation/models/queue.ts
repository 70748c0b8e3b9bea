import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";
import type { Message } from "../../../shared/queue/queue.ts";

/** A message as a consumer gets it. */
export interface Received {
  readonly id: string;
  /** Names this delivery; a later one has another. */
  readonly receipt: string;
  readonly body: string;
  /** Counts from 1. */
  readonly receives: number;
}

export interface QueueOptions {
  readonly now: () => number;
  readonly random: SeededRandom;
  readonly visibility_ms: number;
  /** Received more often than this, a message goes to the dead letters instead. */
  readonly maximumReceives: number;
  /** Standard queues may deliver a message again although it is being worked on, or was deleted. */
  readonly doubles?: () => boolean;
}

/** A standard SQS queue with its dead-letter queue: at least once, in no order. */
export interface SimulatedQueue {
  send(messages: readonly Message[]): void;
  /** At most `limit` of those that can be seen now. They are hidden for the visibility timeout. */
  receive(limit: number): Received[];
  /** By the receipt of the latest delivery; an older one is ignored. */
  remove(receipt: string): void;
  /** When the next message can be seen; undefined when there is none. */
  nextVisible_ms(): number | undefined;
  /** In the queue, seen or not. */
  readonly length: number;
  readonly deadLetters: readonly string[];
  /** Ever accepted, and ever removed by a consumer. */
  readonly counts: { readonly sent: number; readonly removed: number };
}

interface Kept {
  readonly id: string;
  readonly body: string;
  receives: number;
  visible_at_ms: number;
  receipt: string;
}

/** What SQS takes of one message. */
const message_bytes = 1_048_576;

export function simulatedQueue({
  now,
  random,
  visibility_ms,
  maximumReceives,
  doubles = () => false,
}: QueueOptions): SimulatedQueue {
  const kept = new Map<string, Kept>();
  const receipts = new Map<string, string>();
  const deadLetters: string[] = [];
  const counts = { sent: 0, removed: 0 };
  let receives = 0;

  const hide = (message: Kept): Received => {
    receives += 1;
    receipts.delete(message.receipt);
    message.receives += 1;
    message.receipt = `r${receives}`;
    message.visible_at_ms = now() + visibility_ms;
    receipts.set(message.receipt, message.id);
    // A second server that has not heard of it yet offers it once more: mostly soon.
    if (doubles())
      message.visible_at_ms = now() + random.between(0, random.pick([0, 5_000, 60_000, 180_000]));
    return { id: message.id, receipt: message.receipt, body: message.body, receives: message.receives };
  };

  return {
    send(messages) {
      for (const { body, delay_s = 0 } of messages) {
        const bytes = Buffer.byteLength(body);
        if (bytes > message_bytes) throw new Error(`One or more parameters are invalid: ${bytes} bytes`);
        counts.sent += 1;
        const id = `m${counts.sent}`;
        kept.set(id, { id, body, receives: 0, visible_at_ms: now() + delay_s * 1000, receipt: "" });
      }
    },
    receive(limit) {
      const visible = [...kept.values()].filter(({ visible_at_ms }) => visible_at_ms <= now());
      const taken: Received[] = [];
      while (taken.length < limit && visible.length > 0) {
        const [message] = visible.splice(random.between(0, visible.length - 1), 1);
        if (message === undefined) break;
        if (message.receives < maximumReceives) taken.push(hide(message));
        else {
          kept.delete(message.id);
          receipts.delete(message.receipt);
          deadLetters.push(message.body);
        }
      }
      return taken;
    },
    remove(receipt) {
      const id = receipts.get(receipt);
      if (id === undefined) return;
      receipts.delete(receipt);
      kept.delete(id);
      counts.removed += 1;
    },
    nextVisible_ms() {
      let next: number | undefined;
      for (const { visible_at_ms } of kept.values())
        if (next === undefined || visible_at_ms < next) next = visible_at_ms;
      return next;
    },
    get length() {
      return kept.size;
    },
    deadLetters,
    counts,
  };
}
