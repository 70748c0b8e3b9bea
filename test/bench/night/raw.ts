import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Site } from "../stage/site.ts";
import { openStage, type Stage } from "../stage/stage.ts";
import { deal, type Lane, lanesOf } from "./lanes.ts";
import type { RawWork } from "./raw-worker.ts";
import { PROVIDER_MS, RESOURCES, type Traffic } from "./timed.ts";

/** As in the engine: four environments at once, ten messages each; planning and settling write sixteen at a time. */
const ENVIRONMENTS = 4;
const BATCH = 10;
const WRITES = 16;

/** The traffic of a night, made again by a program that does nothing else; in milliseconds. */
export async function rawNight(site: Site, vaults: number, traffic: Traffic): Promise<number> {
  const stage = await openStage(site, {
    size: { vaults, resources: RESOURCES },
    mappings: false,
    answer_ms: PROVIDER_MS,
  });
  try {
    const { observe, checkpoint } = stage.identities.roles;
    const queue = `${stage.engine.endpoint}/000000000000/${stage.engine.model.stackName}-checkpoints`;
    const begin_ms = performance.now();
    await work(stage, { lanes: lanesOf(traffic.plan), width: WRITES, queue: undefined, credential: observe });
    const hands = deal(lanesOf(traffic.create), ENVIRONMENTS);
    await Promise.all(
      hands.map((lanes) => work(stage, { lanes, width: BATCH, queue, credential: checkpoint })),
    );
    await work(stage, {
      lanes: lanesOf(traffic.settle),
      width: WRITES,
      queue: undefined,
      credential: observe,
    });
    return performance.now() - begin_ms;
  } finally {
    await stage.stop();
  }
}

async function work(
  { engine, provider_url, identities }: Stage,
  part: Pick<RawWork, "width" | "queue" | "credential"> & { readonly lanes: readonly Lane[] },
): Promise<void> {
  const { ak, sk } = part.credential;
  const workerData: RawWork = {
    ...part,
    credential: { ak, sk },
    endpoint: engine.endpoint,
    provider_url,
    project_id: identities.project.id,
  };
  const worker = new Worker(new URL("raw-worker.ts", import.meta.url), { workerData });
  await once(worker, "message");
  await worker.terminate();
}
