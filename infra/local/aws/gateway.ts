import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { buildApp } from "fauxqs";
import * as z from "zod";
import type { Emit } from "../functions/events.ts";
import { LOCAL, topicArn } from "../template/identities.ts";
import { accessesOf, operationOf, queueName, UnknownCall } from "./actions.ts";
import { type Access, AccessDenied } from "./iam.ts";
import { answerInventory, type Inventory } from "./inventory.ts";
import { isLargeObject, storeInParts } from "./large-object.ts";
import { type AwsCall, type AwsRequest, ReplayedRequest, readAwsRequest, refuse } from "./request.ts";
import { answerSecrets } from "./secrets.ts";

/** Who may do what, decided for each call. */
export interface Guard {
  /** Throws AccessDenied; undefined as principal: nobody with that access key is known. */
  check(accessKeyId: string, access: Access): void;
  /** Whether an access key is known at all. */
  knows(accessKeyId: string): boolean;
}

/** Answers a request that is no call of AWS; false when it is not meant for them. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

interface GatewayOptions {
  readonly emit: Emit;
  /** How much faster than real time the clock runs: delays and visibility of messages shrink by it. */
  readonly speed: number;
  readonly secrets: ReadonlyMap<string, string>;
  /** Puts every message into its queue twice. */
  readonly duplicateMessages: boolean;
  /** Hears of each call of a function that was allowed, when it is answered. */
  readonly onCall?: ((call: AwsCall) => void) | undefined;
}

/** The engine's own access key: it sets up what the template describes, and no policy binds it. */
export const ENGINE_KEY = "ENGINE";

/**
 * The AWS of this machine behind one address: every call is first held against the policies of the role that makes it,
 * then handed to the embedded server of its service.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server: Server;
  readonly #dynamo = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  readonly #fauxqs = buildApp({ logger: false, defaultRegion: LOCAL.region });
  #endpoint = "";
  #inventory: Inventory | undefined;
  #pages: Pages = async () => false;
  #guard: Guard = { check: () => {}, knows: () => false };

  private constructor(options: GatewayOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => this.#fail(response, error));
    });
  }

  static async start(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await gateway.#fauxqs.ready();
    await new Promise<void>((resolve, reject) => {
      gateway.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    // A server that listens on TCP has an address of this kind.
    const { port } = gateway.#server.address() as AddressInfo;
    gateway.#endpoint = `http://127.0.0.1:${port}`;
    return gateway;
  }

  /** Where it answers: `http://127.0.0.1:<port>`. */
  get endpoint(): string {
    return this.#endpoint;
  }

  /** From now on every call but the engine's own is held against this. */
  guardWith(guard: Guard): void {
    this.#guard = guard;
  }

  /** From now on it answers what is asked of schedules, functions and mappings. */
  describeWith(inventory: Inventory): void {
    this.#inventory = inventory;
  }

  /** From now on these are asked first, about requests that are no calls of AWS. */
  serve(pages: Pages): void {
    this.#pages = pages;
  }

  /** Messages in each queue, waiting, delayed and in flight, by the queue's name. */
  async queueDepths(): Promise<Map<string, QueueDepth>> {
    const answer = await this.#fauxqs.inject({ method: "GET", url: "/_fauxqs/queues" });
    return new Map(
      depths.parse(answer.json()).map((queue) => [
        queue.name,
        {
          waiting: queue.approximateMessageCount,
          delayed: queue.approximateDelayedCount,
          in_flight: queue.approximateInflightCount,
        },
      ]),
    );
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#fauxqs.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization === undefined && (await this.#pages(request, response))) return;
    const read = await readAwsRequest(request);
    if (!read) return refuse(response, "", 403, "MissingAuthenticationToken", "the request is not signed");
    try {
      if (read.accessKeyId !== ENGINE_KEY && !this.#guard.knows(read.accessKeyId))
        return refuse(
          response,
          read.service,
          403,
          "UnrecognizedClientException",
          "The security token included in the request is invalid.",
        );
      if (read.accessKeyId !== ENGINE_KEY) this.#judge(read, response);
      await this.#serve(read, request, response);
    } catch (error) {
      if (error instanceof AccessDenied) {
        this.#options.emit({ type: "denied", principal: error.principal, ...error.access });
        return refuse(
          response,
          read.service,
          read.service === "dynamodb" ? 400 : 403,
          "AccessDeniedException",
          error.message,
        );
      }
      if (!(error instanceof UnknownCall)) throw error;
      this.#options.emit({ type: "engine-problem", message: error.message });
      refuse(response, read.service, 400, "NotModelled", error.message);
    }
  }

  #judge(request: AwsRequest, response: ServerResponse): void {
    const { accessKeyId, body } = request;
    const accesses = accessesOf(request);
    for (const access of accesses) this.#guard.check(accessKeyId, access);
    const { onCall } = this.#options;
    if (!onCall) return;
    response.once("finish", () => {
      const answer_bytes = Number(response.getHeader("content-length") ?? 0);
      onCall({ accessKeyId, accesses, request_bytes: body.length, answer_bytes });
    });
  }

  async #serve(request: AwsRequest, original: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (request.service) {
      case "dynamodb":
        this.#dynamo.emit("request", new ReplayedRequest(original, request.body), response);
        return;
      case "secretsmanager":
        return answerSecrets(this.#options.secrets, request, response);
      case "sqs":
        return this.#serveQueues(request, original, response);
      case "lambda":
      case "scheduler":
        return answerInventory(this.#inventory, request, response);
      case "sns":
        this.#notice(request);
        return this.#fauxqs.routing(new ReplayedRequest(original, request.body), response);
      default:
        if (isLargeObject(request)) return storeInParts(this.#fauxqs, request, response);
        return this.#fauxqs.routing(new ReplayedRequest(original, request.body), response);
    }
  }

  async #serveQueues(
    request: AwsRequest,
    original: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const operation = operationOf(request);
    const body = queueBody.parse(JSON.parse(request.body.toString("utf8")));
    const scaled = Buffer.from(JSON.stringify(this.#scale(body)));
    const sends = operation === "SendMessage" || operation === "SendMessageBatch";
    if (sends && body.QueueUrl !== undefined) {
      const count = body.Entries?.length ?? 1;
      this.#options.emit({ type: "messages-sent", queue: queueName(body.QueueUrl), count });
    }
    if (sends && this.#options.duplicateMessages && request.accessKeyId !== ENGINE_KEY)
      await this.#fauxqs.inject({
        method: "POST",
        url: request.url,
        headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${operation}` },
        payload: scaled,
      });
    this.#fauxqs.routing(new ReplayedRequest(original, scaled), response);
  }

  /** Delays and visibility timeouts in the clock's seconds become shorter ones of real time. */
  #scale(body: z.output<typeof queueBody>): z.output<typeof queueBody> {
    const { speed } = this.#options;
    const shorten = <T extends Timed>(timed: T): T => ({
      ...timed,
      ...(timed.DelaySeconds === undefined ? {} : { DelaySeconds: timed.DelaySeconds / speed }),
      ...(timed.VisibilityTimeout === undefined
        ? {}
        : { VisibilityTimeout: timed.VisibilityTimeout / speed }),
    });
    return { ...shorten(body), ...(body.Entries ? { Entries: body.Entries.map(shorten) } : {}) };
  }

  /** Tells the listener what a function tells people. */
  #notice(request: AwsRequest): void {
    const form = new URLSearchParams(request.body.toString("utf8"));
    if (form.get("Action") !== "Publish") return;
    const topic = form.get("TopicArn") ?? "";
    const name = topic.startsWith(topicArn("")) ? topic.slice(topicArn("").length) : topic;
    this.#options.emit({
      type: "notified",
      topic: name,
      subject: form.get("Subject") ?? "",
      text: form.get("Message") ?? "",
    });
  }

  #fail(response: ServerResponse, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#options.emit({ type: "engine-problem", message });
    if (response.headersSent) response.destroy();
    else refuse(response, "", 500, "InternalFailure", message);
  }
}

export interface QueueDepth {
  readonly waiting: number;
  readonly delayed: number;
  readonly in_flight: number;
}

const timed = { DelaySeconds: z.number().optional(), VisibilityTimeout: z.number().optional() };
interface Timed {
  readonly DelaySeconds?: number | undefined;
  readonly VisibilityTimeout?: number | undefined;
}
const queueBody = z.looseObject({
  ...timed,
  QueueUrl: z.string().optional(),
  Entries: z.array(z.looseObject(timed)).optional(),
});

const depths = z.array(
  z.object({
    name: z.string(),
    approximateMessageCount: z.number(),
    approximateInflightCount: z.number(),
    approximateDelayedCount: z.number(),
  }),
);
