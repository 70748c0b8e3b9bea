// One cold start of one bundle, as the process sees itself: from the beginning of the process until the handler is
// there, and on to the first event handled. Arguments: the bundle, and the event as JSON text if there is one.
// Bundled before use: reading TypeScript would be a part of what is measured.
import { peakMemory_mb } from "../peak-memory.ts";

const [file = "", event] = process.argv.slice(2);
const { handler } = await import(file);
const ready_ms = performance.now();
if (typeof handler !== "function") throw new Error(`${file} exports no handler`);

let answer: unknown;
if (event !== undefined) answer = await handler(JSON.parse(event), contextOf(300_000));
const handled_ms = performance.now();
const peak_mb = peakMemory_mb();
// Functions write their log to stdout; the figures have a channel of their own.
process.send?.({ ready_ms, handled_ms, peak_mb, answer: answer ?? null }, () => process.exit(0));

function contextOf(limit_ms: number) {
  const { AWS_LAMBDA_FUNCTION_NAME: functionName = "empty" } = process.env;
  return {
    awsRequestId: "00000000-0000-4000-8000-000000000000",
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${functionName}`,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? "128",
    logGroupName: "",
    logStreamName: "",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => limit_ms,
  };
}
