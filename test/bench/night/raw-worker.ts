// The night without the product, as somebody would write it who checks nothing: recorded calls, made again through the
// SDK and undici, so many lanes at once. With a queue, ten lanes for each batch of messages that it takes.
import { parentPort, workerData } from "node:worker_threads";
import {
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchCommandInput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { Pool } from "undici";
import { handWritten } from "../hand-written.ts";
import type { Lane } from "./lanes.ts";
import type { RecordedCall } from "./recorder.ts";

export interface RawWork {
  readonly endpoint: string;
  readonly provider_url: string;
  readonly project_id: string;
  readonly credential: { readonly ak: string; readonly sk: string };
  readonly lanes: readonly Lane[];
  readonly width: number;
  /** The queue whose batches set the pace. */
  readonly queue: string | undefined;
}

// The one who starts the thread is in this folder and writes it as this type.
const { endpoint, provider_url, project_id, credential, lanes, width, queue } = workerData as RawWork;
const connection = {
  endpoint,
  region: "eu-central-1",
  credentials: { accessKeyId: "ENGINE", secretAccessKey: "local" },
  maxAttempts: 1,
};
const dynamo = new DynamoDBClient(connection);
const sqs = new SQSClient(connection);
const pool = new Pool(provider_url, { connections: 64 });
const provider = handWritten(pool, provider_url, project_id, credential);

async function make({ operation, body, method, url, to }: RecordedCall): Promise<void> {
  if (to === "provider") {
    const [path = "", query = ""] = url.split("?");
    await provider(path, query, method, body);
    return;
  }
  const input: unknown = JSON.parse(body);
  switch (operation) {
    case "GetItem":
      await dynamo.send(new GetItemCommand(input as GetItemCommandInput));
      return;
    case "PutItem":
      await dynamo.send(new PutItemCommand(input as PutItemCommandInput)).catch(unlessConflict);
      return;
    case "Query":
      await dynamo.send(new QueryCommand(input as QueryCommandInput));
      return;
    case "SendMessageBatch":
      await sqs.send(
        new SendMessageBatchCommand({
          ...(input as SendMessageBatchCommandInput),
          QueueUrl: `${endpoint}${new URL((input as { QueueUrl: string }).QueueUrl).pathname}`,
        }),
      );
      return;
    default:
      throw new Error(`the raw program knows no ${operation}`);
  }
}

/** A few writes of shared records meet others than when they were recorded. */
function unlessConflict(error: unknown): void {
  if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error;
}

async function run(some: readonly Lane[]): Promise<void> {
  const left = some.values();
  const worker = async () => {
    for (const lane of left) for (const call of lane) await make(call);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

async function consume(from: string): Promise<void> {
  for (let start = 0; start < lanes.length; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10 }),
    );
    // Others were faster and took the messages of this program's lanes.
    if (Messages.length === 0) return run(lanes.slice(start));
    await run(lanes.slice(start, start + Messages.length));
    start += Messages.length;
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: from, Entries }));
  }
}

await (queue === undefined ? run(lanes) : consume(queue));
await pool.destroy();
parentPort?.postMessage("done");
