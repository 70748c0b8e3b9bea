import { join } from "node:path";
import type { FunctionDefinition } from "../../../infra/local/functions/environment.ts";
import type { BenchOptions } from "../options.ts";
import { median, meets, type Row, rowOf } from "../row.ts";
import { batchOf, exampleEvent, scheduledEvent, takeMessages } from "../stage/events.ts";
import type { Site } from "../stage/site.ts";
import { openStage, type Stage } from "../stage/stage.ts";
import { NIGHT_AT, NIGHT_MS } from "../stage/world.ts";
import { openStarter, type Startable, type Starter } from "./start.ts";

const READY_GOAL = "≤ 2.5";
const HANDLED_GOAL = "≤ 3.5";
/** Somebody waits for these: the provider for an answer, and who releases a phone. Nobody notices how others start. */
const waitedFor: ReadonlySet<string> = new Set(["ingest-notification", "back-up-phones"]);
const MINUTE_MS = 60_000;

/** Functions behind a queue that has one message for each vault: who sends them, and where. */
const plannerOf: Readonly<Record<string, { readonly planner: string; readonly queue: string }>> = {
  "create-checkpoint": { planner: "plan-checkpoints", queue: "checkpoints" },
  "prune-vault": { planner: "plan-prune", queue: "prune" },
};

/** Cold starts of every function of the template: until its handler is ready, and until its first event is handled. */
export async function benchColdStarts(site: Site, { starts, profiles }: BenchOptions): Promise<Row[]> {
  const starter = await openStarter(join(site.scratch, "cold"), profiles);
  const small = await openStage(site, { size: { vaults: 1, resources: 2 }, mappings: false });
  const rows: Row[] = [];
  try {
    for (const target of small.functions) rows.push(await readyRow(starter, small, target, starts));
    for (const target of small.functions.filter((one) => !(folderOf(one, small) in plannerOf)))
      rows.push(await handledRow(starter, small, target, starts));
  } finally {
    await small.stop();
  }
  // A vault for each start, so that each finds its own work to do.
  const wide = await openStage(site, { size: { vaults: starts + 1, resources: 2 }, mappings: false });
  try {
    for (const target of wide.functions.filter((one) => folderOf(one, wide) in plannerOf)) {
      await plan(wide, plannerOf[folderOf(target, wide)]?.planner ?? "");
      rows.push(await handledRow(starter, wide, target, starts));
    }
  } finally {
    await wide.stop();
  }
  return rows;
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
  return timesRow(folderOf(target, stage), "process start to handler ready", {
    ...{ rounds, goal: READY_GOAL },
    baseline: "an empty handler's bundle, in turns",
  });
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
  return timesRow(folderOf(target, stage), "process start to its first event handled", {
    ...{ rounds, goal: HANDLED_GOAL },
    baseline: "an empty handler with one loopback call (fetch), in turns",
  });
}

/** An event with work for one vault at most; a new one each round, so that the work is always there. */
async function smallEvent(stage: Stage, target: FunctionDefinition, round: number): Promise<unknown> {
  const scheduled = scheduledEvent(
    stage.engine,
    target,
    new Date(NIGHT_MS + round * MINUTE_MS).toISOString(),
  );
  if (scheduled !== undefined) return scheduled;
  const folder = folderOf(target, stage);
  const planned = plannerOf[folder];
  if (!planned) return exampleEvent(folder);
  const bodies = await takeMessages(stage.engine, planned.queue, 1);
  if (bodies.length === 0) throw new Error(`${planned.planner} has sent too few messages for ${folder}`);
  return batchOf(bodies);
}

async function plan({ engine, functions }: Stage, planner: string): Promise<void> {
  const target = functions.find(({ name }) => name.endsWith(`-${planner}`));
  if (!target) throw new Error(`the template has no function ${planner}`);
  const outcome = await engine.invoke(planner, scheduledEvent(engine, target, NIGHT_AT));
  if (!outcome.ok) throw new Error(`${planner}: ${outcome.error.message}`);
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

/** The goal holds for the functions that somebody waits for; the others are held to their recorded figures. */
function timesRow(
  folder: string,
  span: string,
  { rounds, goal, baseline }: { rounds: readonly Round[]; goal: "≤ 2.5" | "≤ 3.5"; baseline: string },
): Row {
  const ours_ms = median(rounds.map(({ ours }) => ours));
  const base_ms = median(rounds.map(({ base }) => base));
  const own = waitedFor.has(folder) ? { goal } : { held: true };
  const row = rowOf({
    ...{ name: `cold start of ${folder}: ${span}`, baseline, ...own },
    unit: "× the baseline's time",
    values: rounds.map(({ ours, base }) => ours / base),
    note: `${ours_ms.toFixed(0)} ms against ${base_ms.toFixed(0)} ms`,
  });
  // Of times that vary as much as those of processes, the medians say more than the median of the quotients.
  const value = ours_ms / base_ms;
  return { ...row, value, met: meets(value, row.goal) };
}
