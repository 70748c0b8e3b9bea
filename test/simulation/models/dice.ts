import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";

/** Decides whether a fault strikes, and counts those that did. */
export interface Dice {
  strikes(probability: number): boolean;
}

export interface Faults {
  /** How many things the simulation has made go wrong. */
  count: number;
}

export const dice = (random: SeededRandom, faults: Faults): Dice => ({
  strikes(probability) {
    // A fault that cannot happen draws nothing: a calm fault profile costs nothing.
    if (probability <= 0 || random.fraction() >= probability) return false;
    faults.count += 1;
    return true;
  },
});
