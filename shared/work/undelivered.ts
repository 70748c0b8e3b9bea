import { createHash } from "node:crypto";
import * as z from "zod";
import type { Clock } from "../core/clock.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";
import { fitted, type Notification, type Notifier } from "../publish/publisher.ts";

/** A notification that the topic did not take; it is sent again by settle-checkpoints. */
const undeliveredSchema = z.object({
  /** When it was to be sent, ISO 8601. */
  at: z.string(),
  /** Tells those of one moment apart. */
  digest: z.string(),
  subject: z.string(),
  text: z.string(),
  attributes: z.record(z.string(), z.string()),
});

type Undelivered = z.output<typeof undeliveredSchema>;
type UndeliveredId = Pick<Undelivered, "at" | "digest">;

/** Nobody is helped by older news. */
const kept_ms = 14 * 24 * 3_600_000;

const undeliveredRecord = defineRecord({
  kind: "undelivered-notification",
  version: 1,
  schema: undeliveredSchema,
  partition: () => "undelivered-notifications",
  sort: ({ at, digest }: UndeliveredId) => `${at}#${digest}`,
  expires_at_ms: ({ at }) => Date.parse(at) + kept_ms,
});

/** A topic that has refused or hung is left alone for so long: whoever has much to say must not wait for each word. */
const pause_ms = 60_000;
/** One run sends so many again. */
const mostAgain = 100;

/** A notifier whose notifications are not lost when the topic refuses them or does not answer. */
interface DurableNotifier extends Notifier {
  /** Sends what could not be delivered before, oldest first, until the topic refuses. Returns how many were delivered. */
  deliverAgain(): Promise<number>;
}

/**
 * Notifies through a topic, and writes down in the ledger what it does not take. Whoever notifies goes on either way;
 * only a ledger that fails, too, is an error.
 */
export function durableNotifier({
  ledger,
  clock,
  topic,
  report,
}: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly topic: Notifier;
  /** Hears of every notification that was not delivered. */
  readonly report: (subject: string, error: unknown) => void;
}): DurableNotifier {
  let paused_until_ms = Number.NEGATIVE_INFINITY;

  async function deliver(notification: Notification): Promise<boolean> {
    if (clock.now() < paused_until_ms) return false;
    try {
      await topic.notify(notification);
      return true;
    } catch (error) {
      paused_until_ms = clock.now() + pause_ms;
      report(notification.subject, error);
      return false;
    }
  }

  return {
    async notify(notification) {
      const fits = fitted(notification);
      if (await deliver(fits)) return;
      const { subject, text, attributes } = fits;
      const at = new Date(clock.now()).toISOString();
      const digest = createHash("sha256").update(`${subject}\n${text}`).digest("hex").slice(0, 16);
      // A conflict says that this very notification is written down already.
      await undeliveredRecord.create(ledger, { at, digest, subject, text, attributes: { ...attributes } });
    },
    async deliverAgain() {
      let delivered = 0;
      for await (const waiting of undeliveredRecord.all(ledger, {})) {
        if (delivered >= mostAgain || !(await deliver(waiting.value))) break;
        delivered++;
        // Removed after it was sent: a function that dies in between sends it twice, which is better than never.
        await undeliveredRecord.remove(ledger, waiting);
      }
      return delivered;
    },
  };
}

/** How many notifications wait to be sent again, by the project that they concern. */
export async function undeliveredByProject(ledger: Ledger): Promise<ReadonlyMap<string, number>> {
  const waiting = new Map<string, number>();
  for await (const { value } of undeliveredRecord.all(ledger, {})) {
    const project = value.attributes.project ?? "";
    waiting.set(project, (waiting.get(project) ?? 0) + 1);
  }
  return waiting;
}
