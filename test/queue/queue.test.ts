import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENGINE_KEY, Gateway } from "../../infra/local/aws/gateway.ts";
import { sqsClient } from "../../infra/local/clients.ts";
import { seededRandom } from "../../infra/local/provider/world/random.ts";
import { systemClock } from "../../shared/core/clock.ts";
import { sqsQueue } from "../../shared/queue/sqs.ts";
import { simulatedQueue } from "../simulation/models/queue.ts";
import { type Delivery, type OpenedQueue, type QueueTerms, queueContract } from "./contract.ts";

queueContract("the queue of the simulation", async ({ visibility_s, maximumReceives }) => {
  let now_ms = 0;
  const queue = simulatedQueue({
    now: () => now_ms,
    random: seededRandom(1),
    visibility_ms: visibility_s * 1000,
    maximumReceives,
  });
  const receive = async (limit: number) => queue.receive(limit);
  return {
    send: async (messages) => queue.send(messages),
    receive,
    receiveAfter(seconds, limit) {
      now_ms += seconds * 1000;
      return receive(limit);
    },
    remove: async (receipt) => queue.remove(receipt),
    deadLetters: async () => [...queue.deadLetters],
  };
});

/** Twenty seconds of the queue are a second here. */
const speed = 20;
let gateway: Gateway;
let client: SQSClient;
let queues = 0;

beforeAll(async () => {
  gateway = await Gateway.start({ emit: () => {}, speed, secrets: new Map(), duplicateMessages: false });
  client = sqsClient(gateway.endpoint, ENGINE_KEY);
});
afterAll(async () => {
  client.destroy();
  await gateway.stop();
});

async function createQueue(attributes: Record<string, string> = {}): Promise<string> {
  const created = new CreateQueueCommand({ QueueName: `queue-${++queues}`, Attributes: attributes });
  return (await client.send(created)).QueueUrl ?? "";
}

async function deadLettersOf(url: string): Promise<string> {
  const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] });
  return (await client.send(asked)).Attributes?.QueueArn ?? "";
}

const longest_s = 5;

async function receiveFrom(
  url: string,
  options: { limit: number; visibility_s: number; wait_s?: number; looks?: number },
): Promise<Delivery[]> {
  const { limit, visibility_s, wait_s = 0, looks = 1 } = options;
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: limit,
      VisibilityTimeout: visibility_s,
      WaitTimeSeconds: wait_s,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    }),
  );
  // A look also ends when a message moved to the dead letters instead.
  if (Messages.length === 0 && looks > 1) return receiveFrom(url, { ...options, looks: looks - 1 });
  return Messages.map(({ Body = "", ReceiptHandle = "", Attributes }) => ({
    body: Body,
    receipt: ReceiptHandle,
    receives: Number(Attributes?.ApproximateReceiveCount),
  }));
}

/** Through our own adapter and the real SDK, over a socket, to the embedded SQS. */
async function openEmbedded({ visibility_s, maximumReceives }: QueueTerms): Promise<OpenedQueue> {
  const dead = await createQueue();
  const redrive = { deadLetterTargetArn: await deadLettersOf(dead), maxReceiveCount: maximumReceives };
  const url = await createQueue({ RedrivePolicy: JSON.stringify(redrive) });
  const { send } = sqsQueue({ url, clock: systemClock, connect: async () => client });
  return {
    send,
    receive: (limit) => receiveFrom(url, { limit, visibility_s }),
    receiveAfter: (_seconds, limit) => receiveFrom(url, { limit, visibility_s, wait_s: longest_s, looks: 3 }),
    remove: async (ReceiptHandle) =>
      void (await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))),
    async deadLetters() {
      const found = await receiveFrom(dead, { limit: 10, visibility_s: 600, wait_s: longest_s });
      return found.map(({ body }) => body);
    },
  };
}

queueContract("the queue on SQS's API", openEmbedded);

test("SQS's clock runs as fast as the engine's: what is hidden for 20 s comes back within a few", async () => {
  const queue = await openEmbedded({ visibility_s: 20, maximumReceives: 9 });
  await queue.send([{ body: "work" }]);
  await queue.receive(1);
  const began_ms = performance.now();
  expect(await queue.receiveAfter(20, 1)).toHaveLength(1);
  expect(performance.now() - began_ms).toBeGreaterThan(500);
});
