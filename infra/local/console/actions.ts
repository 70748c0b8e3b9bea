import { randomUUID } from "node:crypto";
import type { Context, Hono } from "hono";
import * as z from "zod";
import type { Engine } from "../engine.ts";
import { answerControl, control_prefix } from "../provider/control.ts";
import { queueArn } from "../template/identities.ts";
import type { ConsoleOptions } from "./readings.ts";

const schedule = z.strictObject({ schedule: z.string() });
const queue = z.strictObject({ queue: z.string() });
const event = z.strictObject({ function: z.string(), text: z.string().max(256 * 1024) });

/** What the page may do. Each answers `{ message }`, or 400 with what was wrong. */
export function addActions(app: Hono, { engine, cloud }: ConsoleOptions): void {
  app.post("/api/fire", (context) =>
    act(context, schedule, async ({ schedule: name }) => {
      engine.fire(name);
      return `${name} fired`;
    }),
  );
  app.post("/api/redrive", (context) =>
    act(context, queue, async ({ queue: name }) => {
      const moved = await engine.redrive(name);
      return `${moved} dead letters of ${name} are in their queue again`;
    }),
  );
  app.post("/api/send", (context) =>
    act(context, event, async ({ function: name, text }) => {
      const outcome = await engine.invoke(name, toInput(engine, name, text));
      return outcome.ok
        ? `${name} ended: ${JSON.stringify(outcome)}`
        : `${name} failed: ${outcome.error.type}: ${outcome.error.message}`;
    }),
  );
  // All faults at once, or one more.
  for (const [path, method] of [
    ["/api/faults", "PUT"],
    ["/api/fault", "POST"],
  ] as const) {
    app.post(path, async (context) => {
      const body = new Uint8Array(await context.req.arrayBuffer());
      const outcome = answerControl(cloud, { method, url: `${control_prefix}faults`, headers: {}, body });
      if (outcome.kind === "answer" && outcome.status === 200)
        return context.json({ message: "the stand-in's faults were changed" });
      return context.json({ message: outcome.kind === "answer" ? outcome.body : outcome.kind }, 400);
    });
  }
}

async function act<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
  run: (input: z.output<Schema>) => Promise<string>,
) {
  try {
    return context.json({ message: await run(schema.parse(await context.req.json())) });
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return context.json({ message }, 400);
  }
}

/** As the function would receive it: behind a queue as one message of a batch, else as it is. */
function toInput(engine: Engine, name: string, text: string): unknown {
  const consumer = engine.model.all("AWS::Lambda::Function").find((one) => one.name === name);
  const mapping = engine.model
    .all("AWS::Lambda::EventSourceMapping")
    .find(
      ({ properties }) =>
        properties.FunctionName === consumer?.name || properties.FunctionName === consumer?.id,
    );
  const content: unknown = JSON.parse(text);
  if (!mapping) return content;
  return {
    Records: [
      {
        messageId: randomUUID(),
        receiptHandle: "sent-by-hand",
        body: JSON.stringify(content),
        attributes: {},
        messageAttributes: {},
        md5OfBody: "",
        eventSource: "aws:sqs",
        eventSourceARN: mapping.properties.EventSourceArn || queueArn(name),
        awsRegion: "",
      },
    ],
  };
}
