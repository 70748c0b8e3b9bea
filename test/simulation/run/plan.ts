import { seededRandom } from "../../../infra/local/provider/world/random.ts";
import { mix } from "../night/world.ts";

/** One episode of a run: its own seed, and how many nights it has. */
export interface PlannedEpisode {
  readonly seed: number;
  readonly nights: number;
  /** Which generation of the world it is played in; default: the present one (see night/world.ts). */
  readonly world?: number | undefined;
}

/** Cuts so many nights into episodes of one to four; the seed decides. A longer run begins with the same episodes. */
export function planEpisodes(seed: number, nights: number, world?: number): PlannedEpisode[] {
  const random = seededRandom(mix(seed, "plan"));
  const episodes: PlannedEpisode[] = [];
  for (let left = nights; left > 0; ) {
    const wanted = random.pick([1, 1, 2, 2, 3, 4]);
    const own = Math.min(left, wanted);
    episodes.push({
      seed: mix(seed, `episode ${episodes.length}`),
      nights: own,
      ...(world !== undefined && { world }),
    });
    left -= own;
  }
  return episodes;
}
