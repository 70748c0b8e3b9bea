import { join } from "node:path";
import type { FunctionDefinition } from "../../../infra/local/functions/environment.ts";
import type { BenchOptions } from "../options.ts";
import { median, type Row, rowOf } from "../row.ts";
import { batchOf, exampleEvent, scheduledEvent, takeMessages } from "../stage/events.ts";
import type { Site } from "../stage/site.ts";
import { openStage, type Stage } from "../stage/stage.ts";
import { NIGHT_AT, NIGHT_MS } from "../stage/world.ts";
import { openStarter, type Startable, type Starter } from "./start.ts";

const READY_GOAL = "≤ 2.5";
const HANDLED_GOAL = "≤ 3.5";
const MINUTE_MS = 60_000;

/** Cold starts of every function of the template: until its handler is ready, and until its first event is handled. */
export async function benchColdStarts(site: Site, { starts }: BenchOptions): Promise<Row[]> {
  const starter = await openStarter(join(site.scratch, "cold"));
  const stage = await openStage(site, { size: { vaults: 1, resources: 2 }, mappings: false });
  try {
    const rows: Row[] = [];
    for (const target of stage.functions) rows.push(await readyRow(starter, stage, target, starts));
    await prepare(stage);
    for (const target of stage.functions) rows.push(await handledRow(starter, stage, target, starts));
    return rows;
  } finally {
    await stage.stop();
  }
}

export const folderOf = ({ name }: FunctionDefinition, { engine }: Stage): string =>
  name.slice(engine.model.stackName.length + 1);

async function readyRow(
  starter: Starter,
  stage: Stage,
  target: FunctionDefinition,
  starts: number,
): Promise<Row> {
  const { empty } = starter;
  const start = async (one: Startable) => (await starter.start(one)).ready_ms;
  const rounds = await inTurns(starts, { ours: () => start(target), base: () => start(empty) });
  return timesRow(`cold start of ${folderOf(target, stage)}: process start to handler ready`, {
    ...{ rounds, goal: READY_GOAL },
    baseline: "an empty handler's bundle, in turns",
  });
}

/** One night and one run of pruning, so that there are messages to handle. */
async function prepare({ engine, functions }: Stage): Promise<void> {
  for (const name of ["plan-checkpoints", "plan-prune"]) {
    const target = functions.find((one) => one.name.endsWith(`-${name}`));
    if (!target) throw new Error(`the template has no function ${name}`);
    const outcome = await engine.invoke(name, scheduledEvent(engine, target, NIGHT_AT));
    if (!outcome.ok) throw new Error(`${name}: ${outcome.error.message}`);
  }
}

async function handledRow(
  starter: Starter,
  stage: Stage,
  target: FunctionDefinition,
  starts: number,
): Promise<Row> {
  const base = starter.oneCall(stage.provider_url);
  const rounds = await inTurns(starts, {
    ours: async (round) => (await starter.start(target, await smallEvent(stage, target, round))).handled_ms,
    base: async () => (await starter.start(base, {})).handled_ms,
  });
  return timesRow(`cold start of ${folderOf(target, stage)}: process start to its first event handled`, {
    ...{ rounds, goal: HANDLED_GOAL },
    baseline: "an empty handler with one loopback call (fetch), in turns",
  });
}

/** An event with work for one vault at most; a new one each round, so that the work is always there. */
async function smallEvent(stage: Stage, target: FunctionDefinition, round: number): Promise<unknown> {
  const { engine } = stage;
  const at = new Date(NIGHT_MS + (round + 1) * MINUTE_MS).toISOString();
  const scheduled = scheduledEvent(engine, target, at);
  if (scheduled !== undefined) return scheduled;
  const folder = folderOf(target, stage);
  if (folder !== "create-checkpoint") return exampleEvent(folder);
  await engine.invoke("plan-checkpoints", await planned(stage, at));
  return batchOf(await takeMessages(engine, "checkpoints", 1));
}

async function planned({ engine, functions }: Stage, at: string): Promise<unknown> {
  const target = functions.find(({ name }) => name.endsWith("-plan-checkpoints"));
  return target && scheduledEvent(engine, target, at);
}

interface Round {
  readonly ours: number;
  readonly base: number;
}

/** Measures both, now the one first, now the other, so that both see the same machine; one round before is not counted. */
async function inTurns(
  rounds: number,
  { ours, base }: { ours: (round: number) => Promise<number>; base: () => Promise<number> },
): Promise<Round[]> {
  const measured: Round[] = [];
  for (let round = 0; round <= rounds; round++) {
    const early = round % 2 === 0 ? await base() : await ours(round);
    const late = round % 2 === 0 ? await ours(round) : await base();
    measured.push(round % 2 === 0 ? { ours: late, base: early } : { ours: early, base: late });
  }
  return measured.slice(1);
}

function timesRow(
  name: string,
  { rounds, goal, baseline }: { rounds: readonly Round[]; goal: "≤ 2.5" | "≤ 3.5"; baseline: string },
): Row {
  const ours_ms = median(rounds.map(({ ours }) => ours));
  const base_ms = median(rounds.map(({ base }) => base));
  const row = rowOf({
    ...{ name, baseline, goal },
    unit: "× the baseline's time",
    values: rounds.map(({ ours, base }) => ours / base),
    note: `${ours_ms.toFixed(0)} ms against ${base_ms.toFixed(0)} ms`,
  });
  // Of times that vary as much as those of processes, the medians say more than the median of the quotients.
  const value = ours_ms / base_ms;
  return { ...row, value, met: value <= Number(goal.slice(2)) };
}
