import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import { type FromWorker, fromWorkerSchema, type Invocation } from "./protocol.ts";

/** What a function is, as the template says it. */
export interface FunctionDefinition {
  /** Logical id in the template. */
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** File of the bundle, and the name of the handler it exports. */
  readonly module: string;
  readonly handlerName: string;
  readonly timeout_s: number;
  readonly memory_mb: number;
  readonly logGroup: string;
  /** Invocations that it may have at the same time; undefined: as many as there are. */
  readonly reserved: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export type Outcome =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false;
      readonly error: {
        readonly type: string;
        readonly message: string;
        readonly stack?: string | undefined;
      };
    };

/** Loading a bundle may take this long, as in Lambda; then it has failed. */
const INIT_LIMIT_MS = 10_000;

const file = new URL("./worker.ts", import.meta.url);

/** One execution environment: a worker thread with one function's bundle and variables in it. */
export class ExecutionEnvironment {
  readonly #definition: FunctionDefinition;
  readonly #worker: Worker;
  #ready: Promise<FromWorker>;
  #alive = true;
  #receive: (message: FromWorker) => void = () => {};

  constructor(definition: FunctionDefinition, onLine: (line: string) => void) {
    this.#definition = definition;
    const { module, handlerName, environment, memory_mb } = definition;
    this.#worker = new Worker(file, {
      workerData: { module, handlerName },
      env: { ...environment },
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memory_mb },
      name: definition.name,
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr])
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", onLine);
    this.#ready = this.#next(INIT_LIMIT_MS, "Function.InitFailed", "the bundle was not loaded");
    this.#worker.on("message", (message) => this.#receive(fromWorkerSchema.parse(message)));
    this.#worker.on("error", (error: unknown) => {
      this.#alive = false;
      const message = error instanceof Error ? error.message : String(error);
      this.#receive({ type: "failed", error: { type: "Function.Crashed", message } });
    });
    this.#worker.on("exit", (code) => {
      this.#alive = false;
      this.#receive({
        type: "failed",
        error: { type: "Function.Crashed", message: `the function ended its process with exit code ${code}` },
      });
    });
  }

  /** Whether it can run another invocation. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Runs one invocation; when the function's timeout passes, the environment is ended with whatever it was doing. */
  async run(event: unknown, context: Invocation["context"]): Promise<Outcome> {
    const { timeout_s } = this.#definition;
    const ready = await this.#ready;
    if (ready.type !== "ready") return this.#end(ready);
    const limit_ms = timeout_s * 1000;
    const answer = this.#next(
      limit_ms,
      "Function.TimedOut",
      `Task timed out after ${timeout_s.toFixed(2)} seconds`,
    );
    const invocation: Invocation = { event, context, deadline_ms: Date.now() + limit_ms };
    this.#worker.postMessage(invocation);
    const message = await answer;
    if (message.type === "done") return { ok: true, result: JSON.parse(message.result) };
    // A handler that threw leaves its environment as usable as before; a crash or a timeout does not.
    return message.type === "failed" && this.#alive
      ? { ok: false, error: message.error }
      : this.#end(message);
  }

  async stop(): Promise<void> {
    this.#alive = false;
    await this.#worker.terminate();
  }

  async #end(message: FromWorker): Promise<Outcome> {
    await this.stop();
    const error =
      "error" in message ? message.error : { type: "Function.Crashed", message: "it did not answer" };
    return { ok: false, error };
  }

  /** The environment's next message, or a failure once real time `limit_ms` has passed. */
  #next(limit_ms: number, type: string, why: string): Promise<FromWorker> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#alive = false;
        resolve({ type: "failed", error: { type, message: why } });
      }, limit_ms);
      this.#receive = (message) => {
        clearTimeout(timer);
        resolve(message);
      };
    });
  }
}
