import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import type { Outcome } from "./functions/environment.ts";
import type { Emit } from "./functions/events.ts";
import { Semaphore } from "./functions/semaphore.ts";
import { LOCAL } from "./template/identities.ts";

/** An event source mapping, as the template says it. */
export interface MappingDefinition {
  readonly queueName: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly window_s: number;
  readonly reportsFailures: boolean;
  readonly maximumConcurrency: number;
  readonly visibility_s: number;
}

interface MappingDeps {
  /** Signs as the function, whose role must allow it to receive and delete. */
  readonly client: SQSClient;
  /** How much faster than real time the engine's clock runs: the window shrinks by it. */
  readonly speed: number;
  readonly emit: Emit;
  readonly invoke: (event: unknown) => Promise<Outcome>;
  /** Told when messages failed, so that someone looks whether they become dead letters. */
  readonly onFailures: () => void;
}

/** Real time that one look into an empty queue waits for messages, in seconds. */
const POLL_S = 5;

/** Lambda collects at most this many messages in one receive. */
const RECEIVE_LIMIT = 10;

/** Real time to wait after the queue could not be read, in milliseconds. */
const PAUSE_MS = 200;

const failuresSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/** Takes messages from a queue and gives them to a function, batch by batch, as Lambda's event source mapping does. */
export class Mapping {
  readonly #definition: MappingDefinition;
  readonly #deps: MappingDeps;
  readonly #places: Semaphore;
  readonly #abort = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #loop: Promise<void> = Promise.resolve();

  constructor(definition: MappingDefinition, deps: MappingDeps) {
    this.#definition = definition;
    this.#deps = deps;
    this.#places = new Semaphore(definition.maximumConcurrency);
  }

  start(): void {
    this.#loop = this.#poll();
  }

  /** Takes no further messages; resolves when the loop has ended. Batches that are running are the functions' to end. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#loop;
  }

  async #poll(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const leave = await this.#places.enter();
      const batch = await this.#collect().catch((error: unknown) => this.#report(error));
      if (!batch || batch.length === 0 || signal.aborted) {
        leave();
        continue;
      }
      const work = this.#work(batch)
        .catch((error: unknown) => this.#report(error))
        .then(() => {
          this.#running.delete(work);
          leave();
        });
      this.#running.add(work);
    }
  }

  /** One batch: as many messages as fit, gathered for at most the window. */
  async #collect(): Promise<Message[]> {
    const { batchSize, window_s } = this.#definition;
    const { speed, emit } = this.#deps;
    const batch = await this.#receive(POLL_S, Math.min(batchSize, RECEIVE_LIMIT));
    if (batch.length === 0) return batch;
    const until_ms = performance.now() + (window_s * 1000) / speed;
    while (batch.length < batchSize && !this.#abort.signal.aborted) {
      const left_s = (until_ms - performance.now()) / 1000;
      if (left_s <= 0) break;
      const wanted = Math.min(batchSize - batch.length, RECEIVE_LIMIT);
      batch.push(...(await this.#receive(Math.min(POLL_S, left_s), wanted)));
    }
    emit({ type: "messages-received", queue: this.#definition.queueName, count: batch.length });
    return batch;
  }

  async #receive(wait_s: number, limit: number): Promise<Message[]> {
    const { queueUrl, visibility_s } = this.#definition;
    const { Messages = [] } = await this.#deps.client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: limit,
        WaitTimeSeconds: wait_s,
        VisibilityTimeout: visibility_s,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
      { abortSignal: this.#abort.signal },
    );
    return Messages;
  }

  async #work(batch: readonly Message[]): Promise<void> {
    const { queueName, queueUrl } = this.#definition;
    const { client, emit, invoke, onFailures } = this.#deps;
    const outcome = await invoke({ Records: batch.map((message) => this.#record(message)) });
    const failed = this.#failedOf(outcome, batch);
    const done = batch.filter(({ MessageId }) => !failed.has(MessageId ?? ""));
    for (let from = 0; from < done.length; from += RECEIVE_LIMIT) {
      const Entries = done
        .slice(from, from + RECEIVE_LIMIT)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
    if (done.length > 0) emit({ type: "messages-deleted", queue: queueName, count: done.length });
    if (failed.size === 0) return;
    emit({ type: "messages-failed", queue: queueName, count: failed.size });
    onFailures();
  }

  /** Which messages of a batch stay in the queue. An answer that names an unknown message fails the whole batch. */
  #failedOf(outcome: Outcome, batch: readonly Message[]): Set<string> {
    const all = new Set(batch.map(({ MessageId }) => MessageId ?? ""));
    if (!outcome.ok) return all;
    if (!this.#definition.reportsFailures) return new Set();
    const answer = failuresSchema.safeParse(outcome.result);
    if (!answer.success) return all;
    const failed = new Set(
      (answer.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier),
    );
    return [...failed].every((id) => all.has(id)) ? failed : all;
  }

  #record(message: Message): object {
    return {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: message.MessageAttributes ?? {},
      md5OfBody: message.MD5OfBody,
      eventSource: "aws:sqs",
      eventSourceARN: this.#definition.queueArn,
      awsRegion: LOCAL.region,
    };
  }

  async #report(error: unknown): Promise<undefined> {
    if (this.#abort.signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#deps.emit({ type: "engine-problem", message: `${this.#definition.queueName}: ${message}` });
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
