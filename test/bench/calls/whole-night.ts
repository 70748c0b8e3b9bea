import { startDemo } from "../../../infra/commands/start/demo.ts";
import { type NightResult, watchNight } from "../../../infra/commands/start/night.ts";
import { demoProject } from "../../../infra/estate.demo.ts";
import { CHECKPOINT_FUNCTIONS } from "../../../infra/flows/checkpoints.ts";
import { accessKeyOf } from "../../../infra/local/definitions.ts";
import { slotsOfNight } from "../../../shared/checkpoints/slot.ts";
import { type RecordedCall, record } from "../night/recorder.ts";

/** What was counted of one whole night: schedules, rate budget and tasks as they are by default, no faults. */
export interface WholeNight {
  readonly result: NightResult;
  /** Of the vaults that were to be backed up. */
  readonly resources: number;
  /** Of the night's functions, at this machine's AWS. */
  readonly aws: readonly RecordedCall[];
  /** By the function's name. */
  readonly invocations: ReadonlyMap<string, number>;
  readonly log_bytes: number;
}

/** The functions' deadlines shrink with it, and so it leaves a loaded machine room. */
const SPEED = 40;

const isOfNight = (name: string) => CHECKPOINT_FUNCTIONS.some((folder) => name.endsWith(`-${folder}`));

/** Plays the demo's night, with all its special cases, and counts everything that is sent. */
export async function wholeNight(vaults: number): Promise<WholeNight> {
  const invocations = new Map<string, number>();
  let log_bytes = 0;
  const recorder = record({ bodies: true });
  const demo = await startDemo({
    ...{ project: demoProject, vaults, seed: 1, faults: "none", speed: SPEED },
    onEvent(event) {
      if (!("function" in event) || !isOfNight(event.function)) return;
      if (event.type === "log") log_bytes += event.line.length;
      if (event.type !== "function-ended") return;
      invocations.set(event.function, (invocations.get(event.function) ?? 0) + 1);
    },
  });
  try {
    const result = await watchNight(demo, () => {}, new AbortController().signal);
    const keys = new Set(
      demo.engine.model
        .all("AWS::Lambda::Function")
        .filter(({ name }) => isOfNight(name))
        .map(({ id }) => accessKeyOf(id)),
    );
    const aws = recorder.take().filter(({ key }) => keys.has(key));
    let resources = 0;
    const night = { project: demoProject.name, scheduled_at: result.night };
    for await (const { value } of slotsOfNight(demo.ledger, night)) resources += value.resources.length;
    return { result, resources, aws, invocations, log_bytes };
  } finally {
    recorder.stop();
    await demo.stop();
  }
}
