import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { type Clock, type ScaledTime, scaledClock } from "../../shared/core/clock.ts";
import { AsynchronousInvocations } from "./asynchronous.ts";
import { ENGINE_KEY, Gateway, type QueueDepth } from "./aws/gateway.ts";
import { Permissions } from "./aws/iam.ts";
import { inventoryOf } from "./aws/inventory.ts";
import type { AwsCall } from "./aws/request.ts";
import { sqsClient } from "./clients.ts";
import { DeadLetterWatch } from "./dead-letters.ts";
import {
  accessKeyOf,
  type EventWiring,
  eventsOf,
  functionsOf,
  mappingsOf,
  roleArn,
  schedulesOf,
} from "./definitions.ts";
import { functionUrls } from "./function-urls.ts";
import type { Outcome } from "./functions/environment.ts";
import type { Emit, EngineEvent } from "./functions/events.ts";
import { Functions } from "./functions/functions.ts";
import { checkWiring, guardOf } from "./guard.ts";
import { Mapping } from "./mapping.ts";
import { Scheduler } from "./schedules/scheduler.ts";
import { createResources } from "./setup.ts";
import { readAssembly } from "./template/assembly.ts";
import { identityOf, queueArn } from "./template/identities.ts";
import { type Model, modelOf } from "./template/model.ts";

export interface EngineOptions {
  /** The cloud assembly that the synthesis wrote. */
  readonly folder: string;
  /** The one clock: schedules, delays, visibility and the functions' now run on it. */
  readonly time: ScaledTime;
  /** Values of the secrets that functions read, by name. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** Invocations that run at the same time on this machine. Default: 4. */
  readonly concurrency?: number;
  /** Puts every message into its queue twice. */
  readonly duplicateMessages?: boolean;
  /** Whether schedules fire by themselves. Default: yes. */
  readonly schedules?: boolean;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Hears of each call of AWS that a function made and was allowed. */
  readonly onCall?: ((call: AwsCall) => void) | undefined;
}

/** Real time that running invocations are given when the engine stops, in milliseconds. */
const GRACE_MS = 2000;

/**
 * Runs a synthesized template on this machine: embedded servers behind one gateway that enforces the template's
 * policies, functions in worker threads, schedules and mappings on one clock.
 */
export class Engine {
  readonly clock: Clock;
  readonly model: Model;
  readonly #gateway: Gateway;
  readonly #functions: Functions;
  readonly #scheduler: Scheduler;
  readonly #mappings: readonly Mapping[];
  readonly #asynchronous: AsynchronousInvocations;
  readonly #deadLetters: DeadLetterWatch;
  readonly #client: SQSClient;
  readonly #clients: readonly SQSClient[];

  private constructor(options: EngineOptions, gateway: Gateway, model: Model, emit: Emit) {
    const { time, concurrency = 4 } = options;
    const { endpoint } = gateway;
    this.clock = scaledClock(time);
    this.model = model;
    this.#gateway = gateway;
    const definitions = functionsOf(model, endpoint, time);
    const functions = new Functions(definitions, concurrency, emit, () => this.clock.now());
    const find = (wanted: string) => functions.find(wanted);
    const permissions = new Permissions(model, roleArn);
    const mappings = mappingsOf(model, endpoint, find);
    const schedules = schedulesOf(model, find);
    const events = eventsOf(model, find);
    checkWiring(permissions, definitions, mappings, schedules, events);
    gateway.guardWith(guardOf(model, definitions, permissions));
    gateway.describeWith(inventoryOf(model));
    gateway.serve(functionUrls(model, functions, emit));
    this.#functions = functions;
    this.#client = sqsClient(endpoint, ENGINE_KEY);
    this.#deadLetters = new DeadLetterWatch(deadLetterQueues(model), () => gateway.queueDepths(), emit);
    this.#clients = mappings.map(({ target }) => sqsClient(endpoint, accessKeyOf(target.id)));
    this.#mappings = mappings.map(({ target, mapping }, index) => {
      const invoke = (event: unknown) => functions.invoke(target, event);
      const onFailures = () => this.#deadLetters.expect((2000 * mapping.visibility_s) / time.speed + 2000);
      const client = this.#clients[index] ?? this.#client;
      return new Mapping(mapping, { client, speed: time.speed, emit, invoke, onFailures });
    });
    this.#asynchronous = new AsynchronousInvocations({
      clock: this.clock,
      invoke: (definition, event) => functions.invoke(definition, event),
      settingsOf: (definition) => this.#settings(events.find(({ target }) => target.id === definition.id)),
    });
    const targets = new Map(schedules.map(({ schedule, target }) => [schedule.id, target]));
    const definitionsOfSchedules = schedules.map(({ schedule }) => schedule);
    this.#scheduler = new Scheduler(
      definitionsOfSchedules,
      time.origin_ms,
      this.clock,
      emit,
      ({ id }, input) => {
        const target = targets.get(id);
        if (!target) return;
        this.#asynchronous.send(target, JSON.parse(input)).catch((error: unknown) => {
          emit({ type: "engine-problem", message: `${target.name}: ${String(error)}` });
        });
      },
    );
  }

  /** Starts everything the template describes. Throws NotModelled or AccessDenied for what it must not run. */
  static async start(options: EngineOptions): Promise<Engine> {
    const { time, onEvent = () => {} } = options;
    const clock = scaledClock(time);
    const emit: Emit = (event) => onEvent({ at_ms: clock.now(), ...event });
    const gateway = await Gateway.start({
      emit,
      speed: time.speed,
      secrets: options.secrets ?? new Map(),
      duplicateMessages: options.duplicateMessages ?? false,
      onCall: options.onCall,
    });
    try {
      const model = modelOf(await readAssembly(options.folder), gateway.endpoint);
      const engine = new Engine(options, gateway, model, emit);
      await createResources(model, gateway.endpoint);
      for (const mapping of engine.#mappings) mapping.start();
      if (options.schedules ?? true) engine.#scheduler.start(time.origin_ms);
      return engine;
    } catch (error) {
      await gateway.stop();
      throw error;
    }
  }

  /** Where this machine's AWS answers. */
  get endpoint(): string {
    return this.#gateway.endpoint;
  }

  /** Runs a function once, by its name in the template, its logical id or its folder's name. */
  invoke(wanted: string, event: unknown): Promise<Outcome> {
    return this.#functions.invoke(this.#functions.find(wanted), event);
  }

  /** Invokes a function as schedules do: tried again when it fails, then given up. Resolves when that is over. */
  send(wanted: string, event: unknown): Promise<void> {
    return this.#asynchronous.send(this.#functions.find(wanted), event);
  }

  /** Fires a schedule by hand, for the time it would fire next after `after_ms` (default: now). */
  fire(wanted: string, after_ms: number = this.clock.now()): void {
    const due_ms = this.#scheduler.next(wanted, after_ms);
    if (due_ms === undefined) throw new Error(`the schedule ${wanted} never fires again`);
    this.#scheduler.fire(wanted, due_ms);
  }

  /** When a schedule fires next, epoch milliseconds of the engine's clock; undefined when it never does. */
  nextFiring(wanted: string): number | undefined {
    return this.#scheduler.next(wanted, this.clock.now());
  }

  queueDepths(): Promise<Map<string, QueueDepth>> {
    return this.#gateway.queueDepths();
  }

  /** Puts a queue's dead letters back into it; tells how many. */
  async redrive(wanted: string): Promise<number> {
    const queue = this.model
      .all("AWS::SQS::Queue")
      .find(({ id, name }) => wanted === id || wanted === name || name.endsWith(`-${wanted}`));
    const dead = queue?.properties.RedrivePolicy?.deadLetterTargetArn;
    const source = this.model.all("AWS::SQS::Queue").find(({ name }) => queueArn(name) === dead);
    if (!queue || !source) throw new Error(`the template has no queue ${wanted} with a dead-letter queue`);
    const [from, to] = [source.name, queue.name].map((name) =>
      identityOf("AWS::SQS::Queue").ref(name, this.endpoint),
    );
    for (let moved = 0; ; moved += 1) {
      const { Messages: [message] = [] } = await this.#client.send(
        new ReceiveMessageCommand({ QueueUrl: from }),
      );
      if (!message) return moved;
      await this.#client.send(new SendMessageCommand({ QueueUrl: to, MessageBody: message.Body }));
      await this.#client.send(
        new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle }),
      );
    }
  }

  /** Stops everything; invocations that run are given a moment to end. Nothing is left running. */
  async stop(): Promise<void> {
    this.#scheduler.stop();
    this.#asynchronous.stop();
    this.#deadLetters.stop();
    const ended = this.#mappings.map((mapping) => mapping.stop());
    await this.#functions.stop(GRACE_MS);
    await Promise.all(ended);
    for (const client of [this.#client, ...this.#clients]) client.destroy();
    await this.#gateway.stop();
  }

  #settings(wiring: EventWiring | undefined) {
    if (!wiring) return { retries: 2, maximumAge_s: 21_600, giveUp: undefined };
    const { retries, maximumAge_s, queue } = wiring;
    if (queue === undefined) return { retries, maximumAge_s, giveUp: undefined };
    const QueueUrl = identityOf("AWS::SQS::Queue").ref(queue, this.endpoint);
    const giveUp = async (record: object) => {
      await this.#client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(record) }));
      await this.#deadLetters.look();
    };
    return { retries, maximumAge_s, giveUp };
  }
}

/** Queues that hold what could not be done: the targets of redrives and of given-up events. */
function deadLetterQueues(model: Model): string[] {
  const arns = new Set([
    ...model.all("AWS::SQS::Queue").map(({ properties }) => properties.RedrivePolicy?.deadLetterTargetArn),
    ...model
      .all("AWS::Lambda::EventInvokeConfig")
      .map(({ properties }) => properties.DestinationConfig?.OnFailure.Destination),
  ]);
  return model
    .all("AWS::SQS::Queue")
    .map(({ name }) => name)
    .filter((name) => arns.has(queueArn(name)));
}
