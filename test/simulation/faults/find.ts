import { presentWorld } from "../night/world.ts";
import { type RunOptions, run } from "../run/run.ts";
import type { PlantedFault } from "./fault.ts";

/** Where a planted fault was found. */
export interface FoundFault {
  readonly fault: PlantedFault;
  /** The night of the run at whose end it had shown; undefined when no night found it. */
  readonly night: number | undefined;
  /** The episode that shows it, alone. */
  readonly episode: { readonly seed: number; readonly nights: number } | undefined;
  readonly rule: string | undefined;
}

/** Plays nights with a fault in the product until they show it. */
export async function lookForFault(
  fault: PlantedFault,
  options: Pick<RunOptions, "seed" | "nights" | "workers">,
): Promise<FoundFault> {
  const { broken } = await run({
    ...options,
    world: Math.max(fault.world ?? 0, presentWorld),
    fault: fault.name,
    stopAtFirst: true,
  });
  const [first] = broken;
  return {
    fault,
    night: first?.until_night,
    episode: first && { seed: first.seed, nights: first.nights },
    rule: first?.violations[0]?.rule,
  };
}
