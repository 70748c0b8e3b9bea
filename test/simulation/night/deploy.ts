import { type FunctionName, functions } from "../../../functions/all.ts";
import { implementations } from "../../../functions/implemented.ts";
import { concurrencyOf, retriesOf, schedulesOf } from "../../../infra/stack/derive.ts";
import type { Estate } from "../../../shared/estate/estate.ts";
import type { FunctionDefinition } from "../../../shared/lambda/definition.ts";
import type { Invocation } from "../../../shared/lambda/deps.ts";
import type { Implementation, OpenFunction } from "../../../shared/lambda/implement.ts";
import type { Measure } from "../../../shared/lambda/measures.ts";
import type { FunctionDefinition as Deployed, Invocation as Invoked } from "../models/functions.ts";
import { batchSchema } from "../models/mapping.ts";
import type { Stage } from "./stage.ts";

/** Where the stage needs a function otherwise than it defines itself; whoever overrides says why. */
export interface Override {
  /** In place of its own: its job, and what the stage must see of it. */
  readonly implementation?: Implementation;
  /** Firings that nobody would notice may be left out: playing them costs time and changes nothing. */
  readonly isIdle?: () => boolean;
  readonly maximumConcurrency?: number;
}

/** Why a function is not deployed. */
interface Absent {
  readonly absent: string;
}

export type Overrides = Readonly<Partial<Record<FunctionName, Override | Absent>>>;

/** Functions of every stage that need it otherwise. */
const always: Overrides = {
  // The provider signs its messages, and the stage has no authority that it trusts.
  "ingest-notification": { absent: "the actions of kinds/instances put the events that it would send" },
  "enforce-policies": { absent: "no estate of the simulation says anything of policies" },
  "report-coverage": {
    absent: "the checker makes the report of the same facts after each day, and reads it",
  },
};

/** Deploys every function as it defines itself, but for what is overridden. */
export function deployFunctions(stage: Stage, overrides: readonly Overrides[]): void {
  for (const { name } of functions) {
    const override = [...overrides, always].map((each) => each[name]).find(Boolean) ?? {};
    if ("absent" in override) continue;
    deployFunction(stage, override.implementation ?? implementations[name], override);
  }
}

function deployFunction(stage: Stage, implementation: Implementation, override: Override): void {
  const { definition } = implementation;
  const { trigger } = definition;
  const deployed = onStage(stage, implementation);
  if (trigger.on === "queue") {
    const { maximumConcurrency = concurrencyOf({ ...definition, trigger }, stage.estate) } = override;
    const { queue, batchSize, window_s, attempts } = trigger;
    stage.workQueue(queue, { consumer: deployed, batchSize, window_s, attempts, maximumConcurrency });
  }
  followSchedules(stage, definition, deployed, override);
}

/** A function has the schedules of what is deployed: after each deployment some begin, and some are taken away. */
function followSchedules(
  stage: Stage,
  definition: FunctionDefinition,
  target: Deployed,
  { isIdle }: Override,
): void {
  const retries = retriesOf(definition);
  const { event } = definition.trigger;
  if (!retries || !("create" in event)) return;
  followDeployments(
    stage,
    (estate) => new Map(schedulesOf(definition, estate).map((each) => [JSON.stringify(each), each])),
    ({ name, whose, expression, timeZone, data }) =>
      stage.schedule({
        ...{ name: [name, ...whose].join("-"), expression, timeZone, target },
        input: (scheduled_at) => event.create(data(scheduled_at)),
        attempts: retries.attempts,
        ...(isIdle && { isIdle }),
      }),
  );
}

/**
 * Follows what the deployed estate asks for, by keys, now and after each deployment: `begin` is called for a key that is new,
 * and what it returned when the key is asked for no more.
 */
export function followDeployments<Item>(
  stage: Stage,
  wantedBy: (estate: Estate) => ReadonlyMap<string, Item>,
  begin: (item: Item) => () => void,
): void {
  const running = new Map<string, () => void>();
  const follow = () => {
    const wanted = wantedBy(stage.estate);
    for (const [key, end] of running) {
      if (wanted.has(key)) continue;
      running.delete(key);
      end();
    }
    for (const [key, item] of wanted) if (!running.has(key)) running.set(key, begin(item));
  };
  follow();
  stage.deployments.push(follow);
}

/** Each container of a function opens it once, and handles one event after the other. */
function onStage(stage: Stage, { definition, open }: Implementation): Deployed {
  const { name, timeout_s, trigger } = definition;
  return {
    name: `${stage.deployment}${name}`,
    timeout_s,
    open(container) {
      const opened = open(stage.platform(container));
      return async (input, invoked) => {
        const invocation = invocationOf(stage, invoked);
        const counted = <Result>(run: () => Promise<Result>) => countUnmeasured(stage, name, run);
        if (trigger.on === "queue") return handleBatch(stage, { opened, counted }, input, invocation);
        const did = await counted(() => one(opened, String(input), invocation));
        stage.journal.note(invocation.id, `did ${JSON.stringify(did)}`);
        return undefined;
      };
    },
  };
}

/** Whoever dies on the way measures nothing, like whoever fails. */
async function countUnmeasured<Result>(
  { unmeasured, time }: Stage,
  name: string,
  run: () => Promise<Result>,
): Promise<Result> {
  const begun = { name, at_ms: time.now() };
  unmeasured.add(begun);
  const result = await run();
  unmeasured.delete(begun);
  return result;
}

interface Counted {
  readonly opened: OpenFunction;
  readonly counted: <Result>(run: () => Promise<Result>) => Promise<Result>;
}

const invocationOf = ({ journal, measures, time }: Stage, { id, signal, share }: Invoked): Invocation => {
  const measured = (some: readonly Measure[]) =>
    void measures.push(...some.map((measure) => ({ ...measure, at_ms: time.now() })));
  return {
    ...{ id, signal, share },
    report: ({ name }, error) => journal.note(id, `${name} failed: ${error}`),
    measured,
    measureNow: measured,
    malformed: (index, error) => journal.note(id, `message ${index} failed: ${error}`),
  };
};

function one(opened: OpenFunction, event: string, invocation: Invocation): Promise<unknown> {
  return opened.works === "together" ? opened.handle([event], invocation) : opened.handle(event, invocation);
}

/** The ids of the messages that failed: alone, or all together. */
async function handleBatch(
  { journal }: Stage,
  { opened, counted }: Counted,
  batch: unknown,
  invocation: Invocation,
): Promise<string[]> {
  const messages = batchSchema.parse(batch);
  if (opened.works === "together") {
    try {
      const bodies = messages.map(({ body }) => body);
      const did = await counted(() => opened.handle(bodies, invocation));
      journal.note(invocation.id, `did ${JSON.stringify(did)}`);
      return did.broken.flatMap((index) => messages[index]?.id ?? []);
    } catch (error) {
      journal.note(invocation.id, `its batch failed: ${error}`);
      return messages.map(({ id }) => id);
    }
  }
  const failed: string[] = [];
  const handle = async ({ id, body }: { id: string; body: string }) => {
    try {
      const did = await counted(() => opened.handle(body, invocation));
      journal.note(id, `${body} did ${JSON.stringify(did)}`);
    } catch (error) {
      journal.note(id, `${body} failed: ${error}`);
      failed.push(id);
    }
  };
  await Promise.all(messages.map(handle));
  return failed;
}
