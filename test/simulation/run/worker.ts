import { parentPort, workerData } from "node:worker_threads";
import * as z from "zod";
import { injectBug } from "../injected-bugs/inject.ts";
import type { PlannedEpisode } from "./plan.ts";
import type { FinishedEpisode } from "./run.ts";
import { storyOf } from "./story.ts";

const { fault } = z.object({ fault: z.string().optional() }).parse(workerData);
// A fault is injected before the code that it is injected in is loaded.
if (fault !== undefined) injectBug(fault);
const { playEpisode } = await import("../night/episode.ts");

async function play(episode: PlannedEpisode): Promise<FinishedEpisode> {
  const { digest, faults, violations } = await playEpisode(episode);
  const [first] = violations;
  if (first === undefined) return { digest, faults, violations: [], story: [] };
  const { entries } = await playEpisode({ ...episode, keepJournal: true });
  return { digest, faults, violations: [...violations], story: storyOf(entries, first) };
}

const port = parentPort;
if (port === null) throw new Error("run/worker.ts runs in a worker thread");
const episodeSchema = z.object({ seed: z.number(), nights: z.number(), world: z.number().optional() });
port.on("message", async (message: unknown) => {
  port.postMessage(await play(episodeSchema.parse(message)));
});
port.postMessage("ready");
