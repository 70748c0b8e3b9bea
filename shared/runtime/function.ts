import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics } from "@aws-lambda-powertools/metrics";
import middy from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod";
import type { EventDefinition } from "../../events/define.ts";
import type { Measure } from "./measures.ts";
import { meter } from "./meter.ts";

/** What a handler gives its job of the invocation. */
export interface Invocation {
  readonly id: string;
  /** Aborted shortly before the function's own timeout, so that a call still ends in order. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Kept back from the function's time: to write down how a call ended. */
const reserve_ms = 3_000;

export const logger = new Logger();
const metrics = new Metrics();

interface Definition<Name extends string, Schema extends z.ZodType, Result> {
  readonly event: EventDefinition<Name, Schema>;
  job(event: z.output<Schema>, invocation: Invocation): Promise<Result>;
  /** What a result means in metrics. */
  readonly measure?: (result: Result) => readonly Measure[];
}

/** A function behind a queue. A message that fails, or is no such event, is reported alone; the rest of its batch is done. */
export function queueFunction<Name extends string, Schema extends z.ZodType, Result>({
  event,
  job,
  measure,
}: Definition<Name, Schema, Result>) {
  const processor = new BatchProcessor(EventType.SQS);
  return wrap((batch: SQSEvent, context): Promise<SQSBatchResponse> => {
    const invocation = invocationOf(context);
    const handle = ({ body, messageId }: SQSRecord) =>
      logged({ event: event.name, message: messageId }, () => job(event.parse(body), invocation), measure);
    return processPartialResponse(batch, handle, processor, { context, throwOnFullBatchFailure: false });
  });
}

/** A function behind a schedule. */
export function scheduleFunction<Name extends string, Schema extends z.ZodType, Result>({
  event,
  job,
  measure,
}: Definition<Name, Schema, Result>) {
  return wrap((input: unknown, context) =>
    logged({ event: event.name }, () => job(event.parse(input), invocationOf(context)), measure),
  );
}

export function wrap<Input, Output>(handle: (input: Input, context: Context) => Promise<Output>) {
  return middy<Input, Output>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use({
      before: ({ context }) => metrics.captureColdStartMetric(context.functionName),
      after: writeMetrics,
      onError: writeMetrics,
    })
    .handler(handle);
}

function writeMetrics(): void {
  meter.flush();
  // Asked for nothing, the library writes a warning into the log.
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

export function invocationOf(context: Context): Invocation {
  const left_ms = Math.max(0, context.getRemainingTimeInMillis() - reserve_ms);
  return { id: context.awsRequestId, signal: AbortSignal.timeout(left_ms), logger, metrics };
}

/** One line for what was done, or for what went wrong; the error goes on its way. */
export async function logged<Result>(
  what: Record<string, string>,
  run: () => Promise<Result>,
  measure?: (result: Result) => readonly Measure[],
): Promise<Result> {
  try {
    const result = await run();
    logger.info("done", { ...what, result });
    if (measure) meter.add(measure(result));
    return result;
  } catch (error) {
    logger.error("failed", { ...what, error });
    throw error;
  }
}
