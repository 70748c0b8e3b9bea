import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import * as z from "zod";
import { type FromWorker, invocationSchema } from "./protocol.ts";

// One execution environment of one function: loads the bundle once, then runs one invocation after the other. The
// engine ends it from outside when the function's time has passed.

const { module, handlerName } = z.object({ module: z.string(), handlerName: z.string() }).parse(workerData);
const port = parentPort;
if (!port) throw new Error("this file runs in a worker thread only");

const tell = (message: FromWorker) => port.postMessage(message);

const describe = (error: unknown) => ({
  type: error instanceof Error ? error.name : "Error",
  message: error instanceof Error ? error.message : String(error),
  stack: error instanceof Error ? error.stack : undefined,
});

type Handler = (event: unknown, context: object) => unknown;

try {
  const loaded: Record<string, unknown> = await import(pathToFileURL(module).href);
  const handler = loaded[handlerName];
  if (typeof handler !== "function")
    throw new Error(`${module} does not export a function named ${handlerName}`);
  port.on("message", (message) => void run(handler as Handler, message));
  tell({ type: "ready" });
} catch (error) {
  tell({ type: "init-failed", error: describe(error) });
}

async function run(handler: Handler, message: unknown): Promise<void> {
  const { event, context, deadline_ms } = invocationSchema.parse(message);
  const whole = { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline_ms - Date.now()) };
  try {
    const result: unknown = await handler(event, whole);
    // Lambda answers with JSON: what JSON cannot carry is lost here as it is there.
    tell({ type: "done", result: result === undefined ? "null" : JSON.stringify(result) });
  } catch (error) {
    tell({ type: "failed", error: describe(error) });
  }
}
