import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Violation } from "../night/kind.ts";
import { type PlannedEpisode, planEpisodes } from "./plan.ts";

/** How an episode ended, as its worker tells it. */
export interface FinishedEpisode {
  readonly digest: string;
  readonly faults: number;
  readonly violations: readonly Violation[];
  /** Of the first violation. */
  readonly story: readonly string[];
}

export interface PlayOptions {
  /** Threads. The result is the same for any number of them. */
  readonly workers?: number | undefined;
  /** The name of a fault that is injected in the product's code. */
  readonly fault?: string | undefined;
  /** Ends at the first violation. */
  readonly stopAtFirst?: boolean;
  readonly onEpisode?: ((done: number, of: number) => void) | undefined;
}

export interface BrokenEpisode extends FinishedEpisode, PlannedEpisode {
  /** Nights of the run up to the end of this episode. */
  readonly until_night: number;
}

export interface RunResult {
  readonly faults: number;
  readonly violations: number;
  readonly hash: string;
  readonly broken: readonly BrokenEpisode[];
}

export interface RunOptions extends PlayOptions {
  readonly seed: number;
  readonly nights: number;
  /** Default: the present generation of the world. */
  readonly world?: number | undefined;
}

/** Plays all nights of a seed. */
export const run = ({ seed, nights, world, ...options }: RunOptions): Promise<RunResult> =>
  playAll(planEpisodes(seed, nights, world), options);

/** What a run over one of several seeds came to. */
export interface PlayedSeed extends RunResult {
  readonly seed: number;
}

export interface FreshOptions extends Omit<RunOptions, "seed" | "stopAtFirst"> {
  /** Draws the next seed. */
  readonly draw: () => number;
  /** Asked before each further seed; the first is always played. */
  readonly isOver: () => boolean;
  /** Hears how each seed ended. */
  readonly onSeed: (played: PlayedSeed) => void;
}

/** Plays seeds that nobody has tried, so many nights of each, until the time is over or one of them shows a violation. */
export async function playFresh({ draw, isOver, onSeed, ...options }: FreshOptions): Promise<PlayedSeed> {
  for (;;) {
    const seed = draw();
    const played = { seed, ...(await run({ ...options, seed, stopAtFirst: true })) };
    onSeed(played);
    if (played.violations > 0 || isOver()) return played;
  }
}

/** Plays these episodes. */
export async function playAll(
  episodes: readonly PlannedEpisode[],
  { workers = availableParallelism(), fault, stopAtFirst = false, onEpisode }: PlayOptions,
): Promise<RunResult> {
  const finished: (FinishedEpisode | undefined)[] = episodes.map(() => undefined);
  let next = 0;
  let done = 0;
  const take = () => (next < episodes.length ? next++ : undefined);
  const finish = (index: number, episode: FinishedEpisode) => {
    finished[index] = episode;
    done += 1;
    // Those before it are still played to their end, so that the first is the first whatever the threads do.
    if (stopAtFirst && episode.violations.length > 0) next = episodes.length;
    onEpisode?.(done, episodes.length);
  };
  const threads = Math.min(workers, episodes.length);
  await Promise.all(Array.from({ length: threads }, () => thread({ fault }, episodes, take, finish)));
  return summarize(episodes, finished);
}

function thread(
  workerData: { readonly fault: string | undefined },
  episodes: readonly PlannedEpisode[],
  take: () => number | undefined,
  finish: (index: number, episode: FinishedEpisode) => void,
): Promise<void> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    let current: number | undefined;
    worker.on("error", (error) => {
      const which = current === undefined ? "" : ` in ${JSON.stringify(episodes[current])}`;
      reject(new Error(`the simulation itself failed${which}`, { cause: error }));
    });
    worker.on("message", (message: FinishedEpisode | "ready") => {
      if (message !== "ready" && current !== undefined) finish(current, message);
      current = take();
      if (current === undefined) {
        worker.terminate().then(() => resolve(), reject);
        return;
      }
      worker.postMessage(episodes[current]);
    });
  });
}

function summarize(
  episodes: readonly PlannedEpisode[],
  finished: readonly (FinishedEpisode | undefined)[],
): RunResult {
  const sum = createHash("sha256");
  const broken: BrokenEpisode[] = [];
  let faults = 0;
  let violations = 0;
  let until_night = 0;
  episodes.forEach((episode, index) => {
    until_night += episode.nights;
    const result = finished[index];
    if (result === undefined) return;
    sum.update(result.digest);
    faults += result.faults;
    violations += result.violations.length;
    if (result.violations.length > 0) broken.push({ ...episode, ...result, until_night });
  });
  return { faults, violations, hash: sum.digest("hex"), broken };
}
