import { join } from "node:path";
import type { FunctionDefinition } from "../../infra/local/functions/environment.ts";
import { inParallel } from "../../shared/core/parallel.ts";
import { folderOf } from "./cold/rows.ts";
import { openStarter } from "./cold/start.ts";
import type { BenchOptions } from "./options.ts";
import { type Row, rowOf } from "./row.ts";
import { batchOf, exampleEvent, scheduledEvent, takeMessages } from "./stage/events.ts";
import type { Site } from "./stage/site.ts";
import { openStage, type Stage } from "./stage/stage.ts";
import { NIGHT_AT } from "./stage/world.ts";

const RESOURCES = 10;
/** Backups of each resource of one vault, which is pruned. */
const DEEP = 1000;
const BATCH = 10;
const ENVIRONMENTS = 4;

/** In this order each function finds what the ones before have left. */
const order = ["plan-checkpoints", "create-checkpoint", "settle-checkpoints", "plan-prune", "prune-vault"];

/** Resident memory of every function at its largest example, each in a fresh process, against what it is given. */
export async function benchMemory(site: Site, { vaults, backups }: BenchOptions): Promise<Row[]> {
  const starter = await openStarter(join(site.scratch, "memory"));
  const others = Math.max(1, Math.round(backups / (vaults * RESOURCES)));
  const size = { vaults, resources: RESOURCES, past: { first: DEEP, others } };
  const stage = await openStage(site, { size, mappings: false });
  const rank = (one: FunctionDefinition) =>
    (order.indexOf(folderOf(one, stage)) + order.length + 1) % (order.length + 1);
  try {
    const rows: Row[] = [];
    for (const target of stage.functions.toSorted((a, b) => rank(a) - rank(b))) {
      const { event, what } = await largestEvent(stage, target);
      const { peak_mb } = await starter.start(target, event);
      rows.push(
        rowOf({
          name: `memory of ${folderOf(target, stage)} at its largest example`,
          values: [peak_mb / target.memory_mb],
          unit: "of its Lambda memory",
          baseline: `${target.memory_mb} MB as configured`,
          goal: "≤ 0.6",
          note: `${peak_mb.toFixed(0)} MB: ${what}`,
        }),
      );
      if (folderOf(target, stage) === "create-checkpoint") await postTheRest(stage);
    }
    return rows;
  } finally {
    await stage.stop();
  }
}

async function largestEvent(
  stage: Stage,
  target: FunctionDefinition,
): Promise<{ readonly event: unknown; readonly what: string }> {
  const { engine, vaults } = stage;
  const folder = folderOf(target, stage);
  if (folder === "create-checkpoint") {
    return { event: batchOf(await takeMessages(engine, "checkpoints", BATCH)), what: "a whole batch" };
  }
  if (folder === "prune-vault") {
    const waiting = await takeMessages(engine, "prune", vaults.length);
    const deep = waiting.find((body) => body.includes(vaults[0]?.id ?? ""));
    if (deep === undefined) throw new Error("plan-prune has sent no message for the deepest vault");
    return {
      event: batchOf([deep]),
      what: `a vault with ${(DEEP * RESOURCES).toLocaleString("en")} backups`,
    };
  }
  const scheduled = scheduledEvent(engine, target, NIGHT_AT);
  if (scheduled === undefined) return { event: exampleEvent(folder), what: "its event's example" };
  const resources = (vaults.length * RESOURCES).toLocaleString("en");
  const backups = stage.world.backups.size.toLocaleString("en");
  return { event: scheduled, what: `${vaults.length} vaults, ${resources} resources, ${backups} backups` };
}

/** The other vaults' checkpoints, so that settling has a whole night before it. */
async function postTheRest({ engine, vaults }: Stage): Promise<void> {
  const bodies = await takeMessages(engine, "checkpoints", vaults.length);
  const batches = Array.from({ length: Math.ceil(bodies.length / BATCH) }, (_, index) =>
    batchOf(bodies.slice(index * BATCH, (index + 1) * BATCH)),
  );
  await inParallel(batches, ENVIRONMENTS, async (batch) => {
    const outcome = await engine.invoke("create-checkpoint", batch);
    if (!outcome.ok) throw new Error(`create-checkpoint: ${outcome.error.message}`);
  });
}
