import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { eventExamples } from "../../../events/all.ts";
import { functions } from "../../../functions/all.ts";
import { ENGINE_KEY } from "../../../infra/local/aws/gateway.ts";
import { sqsClient } from "../../../infra/local/clients.ts";
import { schedulesOf } from "../../../infra/local/definitions.ts";
import type { Engine } from "../../../infra/local/engine.ts";
import type { FunctionDefinition } from "../../../infra/local/functions/environment.ts";
import { SCHEDULED_TIME } from "../../../infra/stack/constructs/schedule.ts";

/** What a schedule of the template would send the function, due at that time; undefined when none sends to it. */
export function scheduledEvent(engine: Engine, target: FunctionDefinition, at: string): unknown {
  const find = () => target;
  const schedule = engine.model
    .all("AWS::Scheduler::Schedule")
    .find(({ properties }) => properties.Target.Arn === target.arn);
  if (!schedule) return undefined;
  const [wiring] = schedulesOf(engine.model, find).filter(({ schedule: { id } }) => id === schedule.id);
  return JSON.parse(String(wiring?.schedule.input).replaceAll(SCHEDULED_TIME, at));
}

/** Records as a mapping hands them over. */
export const batchOf = (bodies: readonly string[]) => ({
  Records: bodies.map((body, index) => ({
    messageId: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    receiptHandle: "handle",
    body,
    attributes: {},
    messageAttributes: {},
    eventSource: "aws:sqs",
  })),
});

/** Takes up to `limit` messages that wait in the queue whose name ends so; they are gone from it for now. */
export async function takeMessages(engine: Engine, queue: string, limit: number): Promise<string[]> {
  const client = sqsClient(engine.endpoint, ENGINE_KEY);
  const bodies: string[] = [];
  try {
    while (bodies.length < limit) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: `${engine.endpoint}/000000000000/${engine.model.stackName}-${queue}`,
          MaxNumberOfMessages: Math.min(10, limit - bodies.length),
          VisibilityTimeout: 43_200,
        }),
      );
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body = "" }) => Body));
    }
    return bodies;
  } finally {
    client.destroy();
  }
}

/** The example of what a function reads that no schedule calls: a batch of one, or the request of an address. */
export function exampleEvent(folder: string): unknown {
  const trigger = functions.find(({ name }) => name === folder)?.trigger;
  if (!trigger) throw new Error(`functions/all.ts has no ${folder}`);
  // The estate expects no notifications, and so this one is refused before anybody is asked about it.
  if (trigger.on === "url") return trigger.event.example;
  const example = eventExamples.find(({ name }) => name === trigger.event.name);
  if (!example) throw new Error(`events/ has no example of what ${folder} reads`);
  return batchOf([JSON.stringify(example.payload)]);
}
