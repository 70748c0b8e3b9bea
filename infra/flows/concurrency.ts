import type { Estate } from "../../shared/estate/estate.ts";
import { countedByAddress } from "../../shared/estate/services.ts";

/** How long a message is worked on: a call of the provider, and what is written before and after it. */
const WORK_S = 2;

/** The smallest maximum that AWS accepts for a queue. */
const LEAST = 2;

/** An account has 1,000 invocations at once, unless it has asked for more; others need some too. */
const MOST = 50;

export interface Pace {
  /** Messages that one invocation works on at the same time. */
  readonly atOnce: number;
  /** The part of the rate budget that the function may use. Default: all of it. */
  readonly share?: number;
}

/**
 * How many invocations of a queue's function run at once: as many as use up the rate budgets of all projects. More would
 * only wait for their turn, and be paid for it.
 */
export function concurrencyFor(
  { projects }: Pick<Estate, "projects">,
  service: keyof Estate["projects"][number]["rates"],
  { atOnce, share = 1 }: Pace,
): number {
  // Projects that are counted together have one budget, and all say the same of it.
  const together = new Map(projects.map((project) => [countedByAddress(project).hss, project]));
  const budgets = service === "hss" ? [...together.values()] : projects;
  const calls_per_second = budgets.reduce((sum, { rates }) => {
    const { calls, per_seconds } = rates[service];
    return sum + calls / per_seconds;
  }, 0);
  const wanted = Math.ceil((calls_per_second * share * WORK_S) / atOnce);
  return Math.min(MOST, Math.max(LEAST, wanted));
}

/** A notification takes a tenth of a second: fifty in a second are more than all instances of an estate ever cause. */
const PUBLIC = 5;

/**
 * How many invocations the one public address has for itself. They are taken from the account's, of which AWS keeps 100
 * for the others: an account that has only a few cannot set any apart. An estate without topics expects no notification: it
 * sets none apart, and its address is shut.
 */
export function publicConcurrency({ projects }: Pick<Estate, "projects">): number {
  return projects.some(({ instances }) => instances.notifications !== undefined) ? PUBLIC : 0;
}
