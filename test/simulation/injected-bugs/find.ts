import { presentWorld } from "../night/world.ts";
import { type RunOptions, run } from "../run/run.ts";
import type { InjectedBug } from "./bug.ts";

/** Where an injected bug was found. */
export interface FoundFault {
  readonly fault: InjectedBug;
  /** The night of the run at whose end it had shown; undefined when no night found it. */
  readonly night: number | undefined;
  /** The episode that shows it, alone. */
  readonly episode: { readonly seed: number; readonly nights: number } | undefined;
  readonly rule: string | undefined;
}

/** Plays nights with a fault in the product until they show it. */
export async function lookForBug(
  fault: InjectedBug,
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
