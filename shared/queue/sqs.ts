import type { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Clock, sleep } from "../core/clock.ts";
import { chunks, inParallel, once } from "../core/parallel.ts";
import type { Message, Queue } from "./queue.ts";

/** SQS takes at most this many messages in one call. */
const batchSize = 10;
const parallelBatches = 8;
const attempts = 4;

/** Some messages were not accepted after all attempts. Those that were are on their way: senders must tolerate both. */
class QueueRefused extends Error {
  override readonly name = "QueueRefused";
}

/** One SQS queue. The SDK is loaded at first use, which keeps it out of the cold start. */
export function sqsQueue({
  url,
  clock,
  connect,
}: {
  readonly url: string;
  readonly clock: Clock;
  readonly connect: () => Promise<SQSClient>;
}): Queue {
  // Once: even a module that is loaded already costs the loader a look, as much as a tenth of a batch.
  const open = once(async (): Promise<Connected> => {
    const [client, { SendMessageBatchCommand }] = await Promise.all([
      connect(),
      import("@aws-sdk/client-sqs"),
    ]);
    return { url, clock, client, SendMessageBatchCommand };
  });
  return {
    async send(messages) {
      if (messages.length === 0) return;
      const connected = await open();
      const batches = chunks(messages, batchSize);
      const refused = await inParallel(batches, parallelBatches, (batch) => sendBatch(connected, batch));
      const left = refused.flat();
      if (left.length > 0) {
        const reasons = [...new Set(left.map(({ reason }) => reason))].join(", ");
        throw new QueueRefused(
          `${left.length} of ${messages.length} messages were not accepted by the queue: ${reasons}`,
        );
      }
    },
  };
}

interface Refused {
  readonly message: Message;
  readonly reason: string;
}

interface Connected {
  readonly url: string;
  readonly clock: Clock;
  readonly client: SQSClient;
  readonly SendMessageBatchCommand: typeof SendMessageBatchCommand;
}

async function sendBatch(
  { url, clock, client, SendMessageBatchCommand }: Connected,
  batch: readonly Message[],
): Promise<Refused[]> {
  let left: Refused[] = batch.map((message) => ({ message, reason: "not sent" }));
  for (let attempt = 1; attempt <= attempts && left.length > 0; attempt++) {
    if (attempt > 1) await sleep(clock, 100 * 2 ** attempt);
    const sent = left.map(({ message }) => message);
    const answer = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: sent.map((message, index) => ({
          Id: String(index),
          MessageBody: message.body,
          DelaySeconds: message.delay_s,
        })),
      }),
    );
    left = (answer.Failed ?? []).flatMap(({ Id, Code }) => {
      const message = sent[Number(Id)];
      return message ? [{ message, reason: Code ?? "unknown reason" }] : [];
    });
  }
  return left;
}
