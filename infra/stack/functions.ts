import { functions } from "../../functions/all.ts";
import { type FunctionDefinition, type QueueTrigger, variableOf } from "../../shared/lambda/definition.ts";
import type { VigilFunction } from "./constructs/function.ts";
import { ReportBucket } from "./constructs/report-bucket.ts";
import { FunctionSchedule, SCHEDULED_TIME } from "./constructs/schedule.ts";
import { WorkQueue } from "./constructs/work-queue.ts";
import { concurrencyOf, retriesOf, schedulesOf } from "./derive.ts";
import type { Foundation } from "./foundation.ts";

interface Made {
  readonly definition: FunctionDefinition;
  readonly made: VigilFunction;
}

/** Every function with what its definition asks for: what calls it, what it may do, and where it finds it. */
export function addFunctions(foundation: Foundation): void {
  const all = functions.map((definition): Made => ({ definition, made: foundation.make(definition) }));
  for (const { definition, made } of all) {
    const { trigger } = definition;
    addSchedules(foundation, definition, made);
    if (trigger.on === "queue") addQueue(foundation, { ...definition, trigger }, made, all);
    if (trigger.on === "url") made.openUrl({ concurrency: trigger.concurrency(foundation.estate) });
  }
  const reports = new ReportBucket(foundation, "Reports");
  for (const { definition, made } of all) if (definition.publishes) reports.bindWriter(made);
}

/** What fires a function, and what becomes of an event that it fails on. */
function addSchedules(foundation: Foundation, definition: FunctionDefinition, target: VigilFunction): void {
  const { trigger } = definition;
  const retries = retriesOf(definition);
  if (!retries) return;
  const { attempts, minutes } = retries;
  const deadLetters = foundation.undelivered;
  target.retryEvents(deadLetters, { attempts, maximumAge_minutes: minutes });
  for (const { data, ...schedule } of schedulesOf(definition, foundation.estate)) {
    const { name: event, version } = trigger.event;
    new FunctionSchedule(foundation, idOf(schedule), {
      ...{ ...schedule, target, deadLetters },
      input: { event, version, data: data(SCHEDULED_TIME) },
      retry_minutes: minutes,
    });
  }
}

const idOf = ({ name, whose }: { readonly name: string; readonly whose: readonly string[] }) =>
  whose.length > 0 ? `${capitalized(name)}-${whose.join("_")}` : `Schedule-${name}`;

const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The queue of the event that triggers a function, and whoever sends that event. */
function addQueue(
  foundation: Foundation,
  definition: FunctionDefinition & { readonly trigger: QueueTrigger },
  consumer: VigilFunction,
  all: readonly Made[],
): void {
  const { trigger } = definition;
  const queue = new WorkQueue(foundation, capitalized(trigger.queue), {
    ...trigger,
    ...{ name: trigger.queue, consumer },
    maximumConcurrency: concurrencyOf(definition, foundation.estate),
  });
  const senders = all.flatMap(({ definition: { sends = [] }, made }) =>
    sends.some(({ name }) => name === trigger.event.name) ? made : [],
  );
  for (const sender of senders) queue.bindSender(sender, variableOf.queue(trigger.event));
  if (trigger.senders) queue.acceptOnlyFrom(trigger.senders(foundation.estate), senders);
}
