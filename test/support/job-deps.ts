import type { Clock } from "../../shared/core/clock.ts";
import { systemRandom } from "../../shared/core/random.ts";
import type { Estate } from "../../shared/estate/estate.ts";
import type { Measure } from "../../shared/lambda/measures.ts";
import { leaseTerms } from "../../shared/work/lease.ts";
import { endless } from "./virtual-clock.ts";

/** What every job is given, of an invocation of its own that nobody ends; a project that fails fails the test. */
export const jobDeps = ({ clock, estate }: { readonly clock: Clock; readonly estate: Estate }) => ({
  ...{ clock, estate, random: systemRandom, lease: leaseTerms, invocation: systemRandom.id() },
  signal: new AbortController().signal,
  share: endless,
  measureNow: (_: readonly Measure[]): void => undefined,
  report: (_: unknown, error: unknown): void => {
    throw error;
  },
});
