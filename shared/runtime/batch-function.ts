import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type * as z from "zod";
import type { EventDefinition } from "../../events/define.ts";
import { type Invocation, invocationOf, logged, wrap } from "./function.ts";

interface BatchDefinition<Name extends string, Schema extends z.ZodType> {
  readonly event: EventDefinition<Name, Schema>;
  /**
   * Works on all events of a batch together. Gives back which of them (by index) cannot be worked on at all; throws
   * when nothing is known of any, so that all come again.
   */
  job(
    events: readonly z.output<Schema>[],
    invocation: Invocation,
  ): Promise<{ readonly broken: readonly number[] }>;
}

/** A function behind a queue whose messages are worked on together. One that is no such event is reported alone. */
export function batchFunction<Name extends string, Schema extends z.ZodType>({
  event,
  job,
}: BatchDefinition<Name, Schema>) {
  return wrap(async (batch: SQSEvent, context): Promise<SQSBatchResponse> => {
    const invocation = invocationOf(context);
    const { logger } = invocation;
    const ids: string[] = [];
    const events: z.output<Schema>[] = [];
    const failed: string[] = [];
    for (const { messageId, body } of batch.Records) {
      try {
        events.push(event.parse(body));
        ids.push(messageId);
      } catch (error) {
        logger.error("failed", { event: event.name, message: messageId, error });
        failed.push(messageId);
      }
    }
    if (events.length > 0) {
      const what = { event: event.name, messages: String(events.length) };
      const broken = await logged(what, () => job(events, invocation)).then(
        (result) => result.broken,
        // It is in the log already.
        () => ids.map((_, index) => index),
      );
      failed.push(...broken.flatMap((index) => ids[index] ?? []));
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });
}
