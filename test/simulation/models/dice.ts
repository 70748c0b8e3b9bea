import type { Chance } from "../../../infra/local/provider/world/chance.ts";

/** Decides whether a fault strikes, and counts those that did. */
export interface Dice {
  strikes(probability: number): boolean;
}

export interface Faults {
  /** How many things the simulation has made go wrong. */
  count: number;
}

export const dice = (chance: Chance, faults: Faults): Dice => ({
  strikes(probability) {
    // A fault that cannot happen draws nothing: calm weather costs nothing.
    if (probability <= 0 || chance.fraction() >= probability) return false;
    faults.count += 1;
    return true;
  },
});
