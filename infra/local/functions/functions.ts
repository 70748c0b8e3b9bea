import { randomUUID } from "node:crypto";
import { ExecutionEnvironment, type FunctionDefinition, type Outcome } from "./environment.ts";
import type { Emit, InvocationError } from "./events.ts";
import { Semaphore } from "./semaphore.ts";

/** The type of the error when a function has no invocation left of those reserved for it. */
export const THROTTLED = "TooManyRequestsException";

/** All functions of the template, and the environments they run in. */
export class Functions {
  readonly #definitions: readonly FunctionDefinition[];
  readonly #emit: Emit;
  readonly #now: () => number;
  readonly #places: Semaphore;
  /** By logical id; those that wait for a place count too. */
  readonly #inFlight = new Map<string, number>();
  readonly #idle = new Map<string, ExecutionEnvironment[]>();
  readonly #all = new Set<ExecutionEnvironment>();
  #stopping = false;

  /** `concurrency` is how many invocations run at the same time on this machine, over all functions. */
  constructor(
    definitions: readonly FunctionDefinition[],
    concurrency: number,
    emit: Emit,
    now: () => number,
  ) {
    this.#definitions = definitions;
    this.#places = new Semaphore(concurrency);
    this.#emit = emit;
    this.#now = now;
  }

  /** Finds a function by its ARN, name, logical id, or the end of its name. */
  find(wanted: string): FunctionDefinition {
    const found = this.#definitions.filter(
      ({ id, name, arn }) =>
        wanted === id || wanted === name || wanted === arn || name.endsWith(`-${wanted}`),
    );
    const [first] = found;
    if (!first || found.length > 1) {
      const names = this.#definitions.map(({ name }) => name).join(", ");
      throw new Error(`the template has ${found.length} functions called ${wanted}; it has ${names}`);
    }
    return first;
  }

  /** Runs a function once and tells what came of it; never rejects because of the function. */
  async invoke(definition: FunctionDefinition, event: unknown): Promise<Outcome> {
    const { id, name, reserved } = definition;
    const inFlight = this.#inFlight.get(id) ?? 0;
    if (reserved !== undefined && inFlight >= reserved)
      return { ok: false, error: { type: THROTTLED, message: `${name} may run ${reserved} times at once` } };
    this.#inFlight.set(id, inFlight + 1);
    const leave = await this.#places.enter();
    try {
      return await this.#run(definition, event);
    } finally {
      leave();
      this.#inFlight.set(id, (this.#inFlight.get(id) ?? 1) - 1);
    }
  }

  /** Ends every environment. What still runs after `grace_ms` of real time is cut off. */
  async stop(grace_ms: number): Promise<void> {
    this.#stopping = true;
    await this.#places.empty(grace_ms);
    await Promise.all([...this.#all].map((environment) => environment.stop()));
  }

  async #run(definition: FunctionDefinition, event: unknown): Promise<Outcome> {
    const stopped = { type: "Engine.Stopped", message: "the engine is stopping" };
    if (this.#stopping) return { ok: false, error: stopped };
    const request_id = randomUUID();
    const started_ms = this.#now();
    const idle = this.#idle.get(definition.id)?.pop();
    const environment = idle ?? this.#create(definition);
    const who = { function: definition.name, request_id };
    this.#emit({ type: "function-started", ...who, cold: idle === undefined });
    const outcome = await environment.run(event, contextOf(definition, request_id));
    if (environment.alive)
      this.#idle.set(definition.id, [...(this.#idle.get(definition.id) ?? []), environment]);
    else this.#all.delete(environment);
    const error: { error?: InvocationError } = outcome.ok ? {} : { error: outcome.error };
    this.#emit({ type: "function-ended", ...who, duration_ms: this.#now() - started_ms, ...error });
    return outcome;
  }

  #create(definition: FunctionDefinition): ExecutionEnvironment {
    const environment = new ExecutionEnvironment(definition, (line) =>
      this.#emit({ type: "log", function: definition.name, line }),
    );
    this.#all.add(environment);
    return environment;
  }
}

function contextOf(definition: FunctionDefinition, awsRequestId: string) {
  return {
    awsRequestId,
    functionName: definition.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: definition.arn,
    memoryLimitInMB: String(definition.memory_mb),
    logGroupName: definition.logGroup,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: true,
  };
}
