import { fork } from "node:child_process";
import { once } from "node:events";
import { PurgeQueueCommand, SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { checkpointDue } from "../../../events/checkpoint-due.ts";
import { ENGINE_KEY } from "../../../infra/local/aws/gateway.ts";
import { sqsClient } from "../../../infra/local/clients.ts";
import { systemClock } from "../../../shared/core/clock.ts";
import type { Message } from "../../../shared/queue/queue.ts";
import { sqsQueue } from "../../../shared/queue/sqs.ts";
import type { BenchOptions } from "../options.ts";
import { type Row, rowOf } from "../row.ts";

const MESSAGES = 10_000;
const BATCH = 10;
const AT_ONCE = 8;

const started = z.object({ endpoint: z.string(), url: z.string() });

/** Writing messages through our queue against the SDK's own batches, to the same server, as many at once. */
export async function benchQueue({ rounds }: BenchOptions): Promise<Row[]> {
  const server = fork(new URL("server.ts", import.meta.url), { execArgv: [] });
  const [message] = await once(server, "message");
  const { endpoint, url } = started.parse(message);
  const client = sqsClient(endpoint, ENGINE_KEY);
  const queue = sqsQueue({ url, clock: systemClock, connect: async () => client });
  const messages = Array.from({ length: MESSAGES }, () => ({
    body: checkpointDue.create(checkpointDue.example),
  }));
  const rates: { ours: number; base: number }[] = [];
  const timed = async (write: () => Promise<void>) => {
    await client.send(new PurgeQueueCommand({ QueueUrl: url }));
    const begin_ms = performance.now();
    await write();
    return MESSAGES / ((performance.now() - begin_ms) / 1000);
  };
  try {
    for (let round = 0; round <= rounds + 1; round++) {
      const first = round % 2 === 0;
      const ours = () => timed(() => queue.send(messages));
      const base = () => timed(() => raw(client, url, messages));
      const early = await (first ? base : ours)();
      const late = await (first ? ours : base)();
      rates.push(first ? { ours: late, base: early } : { ours: early, base: late });
    }
  } finally {
    client.destroy();
    server.disconnect();
  }
  const counted = rates.slice(1);
  return [
    rowOf({
      name: `writing ${MESSAGES.toLocaleString("en")} queue messages`,
      values: counted.map(({ ours, base }) => ours / base),
      unit: "× the baseline's throughput",
      baseline: "the SDK's SendMessageBatch, same server, eight batches at once, in turns",
      goal: "≥ 0.9",
      note: `${Math.round(counted.at(-1)?.ours ?? 0)} messages/s against ${Math.round(counted.at(-1)?.base ?? 0)}`,
    }),
  ];
}

async function raw(client: SQSClient, url: string, messages: readonly Message[]): Promise<void> {
  let at = 0;
  const worker = async () => {
    while (at < messages.length) {
      const batch = messages.slice(at, at + BATCH);
      at += BATCH;
      await client.send(
        new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: batch.map(({ body }, index) => ({ Id: String(index), MessageBody: body })),
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
