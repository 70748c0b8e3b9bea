import * as z from "zod";

/** What the engine sends to an execution environment. */
export const invocationSchema = z.object({
  event: z.unknown(),
  context: z.object({
    awsRequestId: z.string(),
    functionName: z.string(),
    functionVersion: z.string(),
    invokedFunctionArn: z.string(),
    memoryLimitInMB: z.string(),
    logGroupName: z.string(),
    logStreamName: z.string(),
    callbackWaitsForEmptyEventLoop: z.boolean(),
  }),
  /** Real time, epoch milliseconds, when the engine ends it. */
  deadline_ms: z.number(),
});
export type Invocation = z.output<typeof invocationSchema>;

const error = z.object({ type: z.string(), message: z.string(), stack: z.string().optional() });

/** What an execution environment answers. */
export const fromWorkerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("init-failed"), error }),
  /** `result` is JSON text. */
  z.object({ type: z.literal("done"), result: z.string() }),
  z.object({ type: z.literal("failed"), error }),
]);
export type FromWorker = z.input<typeof fromWorkerSchema>;
