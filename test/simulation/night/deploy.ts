import type { Measure } from "../../../shared/runtime/measures.ts";
import type { FunctionDefinition, Invocation } from "../models/functions.ts";
import { batchSchema } from "../models/mapping.ts";
import type { ServiceOptions, Services, Stage } from "./stage.ts";

interface Deployed extends ServiceOptions {
  readonly name: string;
  readonly timeout_s: number;
}

/** A function of the stack on a stage, with what its handler.ts wires. */
export interface DeployedFunction<Result> extends Deployed {
  /** Handles one event, as text. */
  run(event: string, services: Services, invocation: Invocation): Promise<Result>;
  /** What the result means in metrics, as its handler has it. */
  readonly measure?: (result: Result) => readonly Measure[];
}

/** Each container of a function opens its services once, and handles one event after the other with them. */
function define(
  stage: Stage,
  deployed: Deployed,
  handle: (event: unknown, services: Services, invocation: Invocation) => Promise<unknown>,
): FunctionDefinition {
  const { timeout_s } = deployed;
  return {
    name: `${stage.deployment}${deployed.name}`,
    timeout_s,
    open(container) {
      const services = stage.services(container, deployed);
      return (event, invocation) => handle(event, services, invocation);
    },
  };
}

/** A function behind a schedule or a topic. */
export function behindSchedule<Result>(stage: Stage, deployed: DeployedFunction<Result>): FunctionDefinition {
  return define(stage, deployed, async (event, services, invocation) => {
    const did = await measured(stage, deployed, String(event), services, invocation);
    stage.journal.note(invocation.id, `did ${JSON.stringify(did)}`);
  });
}

async function measured<Result>(
  { measures, unmeasured }: Stage,
  { name, run, measure }: DeployedFunction<Result>,
  event: string,
  services: Services,
  invocation: Invocation,
): Promise<Result> {
  // Whoever dies on the way measures nothing, like whoever fails.
  unmeasured.set(name, (unmeasured.get(name) ?? 0) + 1);
  const result = await run(event, services, invocation);
  measures.push(...(measure?.(result) ?? []));
  unmeasured.set(name, (unmeasured.get(name) ?? 0) - 1);
  return result;
}

/** A function behind a queue: a message that fails is reported alone; the rest of its batch is done. */
export function behindQueue<Result>(stage: Stage, deployed: DeployedFunction<Result>): FunctionDefinition {
  return define(stage, deployed, async (batch, services, invocation) => {
    const failed: string[] = [];
    const handle = async ({ id, body }: { id: string; body: string }) => {
      try {
        const did = await measured(stage, deployed, body, services, invocation);
        stage.journal.note(id, `${body} did ${JSON.stringify(did)}`);
      } catch (error) {
        stage.journal.note(id, `${body} failed: ${error}`);
        failed.push(id);
      }
    };
    await Promise.all(batchSchema.parse(batch).map(handle));
    return failed;
  });
}

/** A function behind a queue whose messages are worked on together. */
export interface DeployedBatchFunction extends Deployed {
  run(
    events: readonly string[],
    services: Services,
    invocation: Invocation,
  ): Promise<{ readonly broken: readonly number[] }>;
}

export function behindBatch(stage: Stage, deployed: DeployedBatchFunction): FunctionDefinition {
  return define(stage, deployed, async (batch, services, invocation) => {
    const messages = batchSchema.parse(batch);
    const bodies = messages.map(({ body }) => body);
    try {
      const did = await deployed.run(bodies, services, invocation);
      stage.journal.note(invocation.id, `did ${JSON.stringify(did)}`);
      return did.broken.flatMap((index) => messages[index]?.id ?? []);
    } catch (error) {
      stage.journal.note(invocation.id, `its batch failed: ${error}`);
      return messages.map(({ id }) => id);
    }
  });
}
