import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics } from "@aws-lambda-powertools/metrics";
import middy from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Invocation } from "./deps.ts";
import type { Implementation, OpenFunction } from "./implement.ts";
import { meter } from "./meter.ts";
import { lambdaPlatform } from "./services.ts";

/** Kept back from the function's time: to write down how a call ended. */
const reserve_ms = 3_000;

const logger = new Logger();
const metrics = new Metrics();

/** The handler of a function: its definition says what calls it and what it is given. */
export function serve({ definition, open }: Implementation) {
  const opened = open(lambdaPlatform(definition, logger));
  const { on, event } = definition.trigger;
  switch (opened.works) {
    case "each":
      if (on === "queue")
        return wrap<SQSEvent>((batch, context) => eachMessage(opened, event.name, batch, context));
      return wrap((input, context) =>
        logged({ event: event.name }, () => opened.handle(input, invocationOf(context))),
      );
    case "together":
      return wrap<SQSEvent>((batch, context) => allMessages(opened, event.name, batch, context));
    case "answers":
      return wrap((request, context) => answer(opened, request, context));
  }
}

type Opened<Works extends OpenFunction["works"]> = Extract<OpenFunction, { works: Works }>;

/** A message that fails, or is no such event, is reported alone; the rest of its batch is done. */
function eachMessage(
  opened: Opened<"each">,
  event: string,
  batch: SQSEvent,
  context: Context,
): Promise<SQSBatchResponse> {
  const invocation = invocationOf(context);
  const handle = ({ body, messageId }: SQSRecord) =>
    logged({ event, message: messageId }, () => opened.handle(body, invocation));
  const processor = new BatchProcessor(EventType.SQS);
  return processPartialResponse(batch, handle, processor, { context, throwOnFullBatchFailure: false });
}

/** Messages that are worked on together: those that are broken are reported, or all when nothing is known of any. */
async function allMessages(
  opened: Opened<"together">,
  event: string,
  { Records }: SQSEvent,
  context: Context,
): Promise<SQSBatchResponse> {
  const invocation: Invocation = {
    ...invocationOf(context),
    malformed: (index, error) =>
      logger.error("failed", { event, message: Records[index]?.messageId ?? "", error }),
  };
  const bodies = Records.map(({ body }) => body);
  const broken = await logged({ event, messages: String(Records.length) }, () =>
    opened.handle(bodies, invocation),
  ).then(
    (result) => result.broken,
    // It is in the log already.
    () => [...Records.keys()],
  );
  return {
    batchItemFailures: broken.flatMap((index) => {
      const itemIdentifier = Records[index]?.messageId;
      return itemIdentifier === undefined ? [] : [{ itemIdentifier }];
    }),
  };
}

/** It answers with a status and no body: whoever asks may be anybody. What else the job gives is logged and not sent. */
async function answer(opened: Opened<"answers">, request: unknown, context: Context) {
  const { status } = await logged({ event: "request" }, () => opened.handle(request, invocationOf(context)));
  return { statusCode: status, body: "" };
}

function wrap<Input = unknown>(handle: (input: Input, context: Context) => Promise<unknown>) {
  return middy<Input, unknown>()
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

function invocationOf(context: Context): Invocation {
  const share = (part: number) =>
    AbortSignal.timeout(Math.floor(Math.max(0, context.getRemainingTimeInMillis() - reserve_ms) * part));
  return {
    id: context.awsRequestId,
    ...{ signal: share(1), share },
    report: (project, error) => logger.error("a project failed", { project: project.name, error }),
    measured: (measures) => meter.add(measures),
    measureNow: (measures) => {
      meter.add(measures);
      meter.flush();
    },
    malformed: (_, error) => logger.error("failed", { error }),
  };
}

/** One line for what was done, or for what went wrong; the error goes on its way. */
async function logged<Result>(what: Record<string, string>, run: () => Promise<Result>): Promise<Result> {
  try {
    const result = await run();
    logger.info("done", { ...what, result });
    return result;
  } catch (error) {
    logger.error("failed", { ...what, error });
    throw error;
  }
}
