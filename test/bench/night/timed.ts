import type { AwsCall } from "../../../infra/local/aws/request.ts";
import type { EngineEvent } from "../../../infra/local/functions/events.ts";
import {
  noUsage,
  sumUsage,
  type Usage,
  usageOfCall,
  usageOfEvent,
} from "../../../infra/tools/costs/count.ts";
import { scheduledEvent } from "../stage/events.ts";
import type { Site } from "../stage/site.ts";
import { openStage, SPEED, type Stage } from "../stage/stage.ts";
import { NIGHT_AT } from "../stage/world.ts";
import { type RecordedCall, record } from "./recorder.ts";

export const PROVIDER_MS = 5;
export const RESOURCES = 10;

/** What the functions sent during the parts of a night. */
export interface Traffic {
  readonly plan: readonly RecordedCall[];
  readonly create: readonly RecordedCall[];
  readonly settle: readonly RecordedCall[];
}

export interface TimedNight {
  /** From the schedule's event to the closed night, in milliseconds. */
  readonly duration_ms: number;
  readonly traffic: Traffic;
  /** What the functions used of AWS; counted of a recorded night only. */
  readonly usage: Usage;
}

/**
 * One night in the local engine without waiting: planned, posted by the mapping's functions, and settled as soon as
 * the last message is done. Tasks need no time; the provider answers each call after some milliseconds.
 */
export async function timedNight(
  site: Site,
  { vaults, recorded }: { readonly vaults: number; readonly recorded: boolean },
): Promise<TimedNight> {
  const done = countDeleted(vaults);
  let usage = noUsage;
  const add = (more: Partial<Usage>) => {
    usage = sumUsage([
      [usage, 1],
      [more, 1],
    ]);
  };
  const memory_gb = (name: string) =>
    (stage.functions.find((one) => one.name === name)?.memory_mb ?? 0) / 1024;
  const hear = (event: EngineEvent) => {
    done.hear(event);
    if (recorded) add(usageOfEvent(event, { memory_gb, speed: SPEED }));
  };
  const stage = await openStage(site, {
    size: { vaults, resources: RESOURCES },
    mappings: true,
    answer_ms: PROVIDER_MS,
    onEvent: hear,
    ...(recorded && { onCall: (call: AwsCall) => add(usageOfCall(call)) }),
  });
  const recorder = recorded ? record() : undefined;
  try {
    const begin_ms = performance.now();
    await run(stage, "plan-checkpoints");
    await done.all;
    const before = recorder?.take() ?? [];
    await run(stage, "settle-checkpoints");
    const duration_ms = performance.now() - begin_ms;
    const settle = recorder?.take() ?? [];
    const keyOf = (name: string) =>
      stage.functions.find((one) => one.name.endsWith(`-${name}`))?.environment.AWS_ACCESS_KEY_ID;
    const planner = new Set([keyOf("plan-checkpoints"), stage.identities.roles.observe.ak]);
    return {
      duration_ms,
      usage,
      traffic: {
        plan: before.filter(({ key }) => planner.has(key)),
        create: before.filter(({ key }) => !planner.has(key)),
        settle: settle.filter(({ key }) => key !== keyOf("create-checkpoint")),
      },
    };
  } finally {
    recorder?.stop();
    await stage.stop();
  }
}

async function run({ engine, functions }: Stage, name: string): Promise<void> {
  const target = functions.find((one) => one.name.endsWith(`-${name}`));
  if (!target) throw new Error(`the template has no function ${name}`);
  const outcome = await engine.invoke(name, scheduledEvent(engine, target, NIGHT_AT));
  if (!outcome.ok) throw new Error(`${name}: ${outcome.error.message}`);
  if (name === "settle-checkpoints") mustBeClosed(JSON.stringify(outcome.result));
}

/** A night that was not settled in one go would be measured without its end. */
function mustBeClosed(result: string): void {
  if (!result.includes('"closed":1')) throw new Error(`the night was not closed: ${result}`);
}

/** Resolves when so many messages have been taken from their queue for good. */
function countDeleted(wanted: number): { all: Promise<void>; hear: (event: EngineEvent) => void } {
  let resolve: () => void = () => {};
  let left = wanted;
  const all = new Promise<void>((done) => {
    resolve = done;
  });
  return {
    all,
    hear(event) {
      if (event.type !== "messages-deleted") return;
      left -= event.count;
      if (left <= 0) resolve();
    },
  };
}
