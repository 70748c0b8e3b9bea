import { type SeededRandom, seededRandom } from "../../../infra/local/provider/world/random.ts";

/**
 * The generation of the world in which an episode is played unless it names another. Whatever the world learns to play
 * belongs to a generation of its own, and an episode that was recorded under an earlier one is played without it: its
 * number goes on meaning what it meant.
 */
export const presentWorld = 1;

/** Draws from a stream of its own for each name: what is drawn, for whom, and when. A new draw changes no other. */
export type Draws = (what: string, whom: string, when: number | string) => SeededRandom;

export const drawsOf =
  (seed: number): Draws =>
  (what, whom, when) =>
    seededRandom(mix(seed, JSON.stringify([what, whom, when])));

/** A seed for each name: FNV-1a over both. */
export function mix(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const character of name) {
    hash ^= character.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
