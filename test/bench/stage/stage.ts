import { startableClock } from "../../../infra/commands/start/flags.ts";
import type { AwsCall } from "../../../infra/local/aws/request.ts";
import { functionsOf } from "../../../infra/local/definitions.ts";
import { Engine } from "../../../infra/local/engine.ts";
import type { FunctionDefinition } from "../../../infra/local/functions/environment.ts";
import type { EngineEvent } from "../../../infra/local/functions/events.ts";
import { faultPlan } from "../../../infra/local/provider/faults.ts";
import { startProvider } from "../../../infra/local/provider/server.ts";
import { type Cloud, createCloud } from "../../../infra/local/provider/service.ts";
import type { Site } from "./site.ts";
import { type BenchWorld, benchWorld, NIGHT_MS, type Size } from "./world.ts";

export interface StageOptions {
  readonly size: Size;
  /** Whether messages reach their functions by themselves. */
  readonly mappings: boolean;
  /** How long the provider takes to answer, in real milliseconds. */
  readonly answer_ms?: number;
  readonly onEvent?: (event: EngineEvent) => void;
  readonly onCall?: (call: AwsCall) => void;
}

/** The stand-in cloud and the engine with the site's template, for one measurement. */
export interface Stage extends BenchWorld {
  readonly cloud: Cloud;
  readonly engine: Engine;
  readonly provider_url: string;
  /** The functions of the template, with the variables that they have in the engine. */
  readonly functions: readonly FunctionDefinition[];
  stop(): Promise<void>;
}

/** Faster than real time only so that the mapping's window is short; tasks need no time, and no schedule fires. */
export const SPEED = 10;

export async function openStage(site: Site, options: StageOptions): Promise<Stage> {
  const { size, mappings, answer_ms = 0, onEvent = () => {}, onCall } = options;
  const made = benchWorld(size);
  const clock = startableClock(NIGHT_MS, SPEED);
  const cloud = createCloud({ world: made.world, clock, seed: 1, faults: slow(answer_ms) });
  const provider = await startProvider({ cloud, port: site.port });
  const time = clock.start();
  const { secrets } = site;
  const folder = mappings ? site.folder : site.still;
  try {
    const engine = await Engine.start({ folder, time, secrets, schedules: false, onEvent, onCall });
    return {
      ...made,
      ...{ cloud, engine, provider_url: provider.url },
      functions: functionsOf(engine.model, engine.endpoint, time),
      async stop() {
        await engine.stop();
        await provider.close();
      },
    };
  } catch (error) {
    await provider.close();
    throw error;
  }
}

function slow(answer_ms: number) {
  const delay = { kind: "delay", delay_ms: answer_ms * SPEED, probability: 1 } as const;
  return faultPlan.parse({ calls: answer_ms > 0 ? [delay] : [] });
}
