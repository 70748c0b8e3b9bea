import { type FaultPlan, faultPlan } from "../../../infra/local/provider/faults.ts";
import type { Chance } from "../../../infra/local/provider/world/chance.ts";

/** How often things go wrong; every number is a probability for each occasion, unless its name says otherwise. */
export interface Weather {
  readonly name: string;
  readonly ledger: {
    readonly slow: number;
    /** The call fails and nothing was written. */
    readonly fails: number;
    /** The write is made, and its answer is an error, or a conflict with itself after the SDK's own retry. */
    readonly lost: number;
  };
  readonly queue: { readonly duplicate: number; readonly late: number; readonly refused: number };
  readonly schedule: { readonly late: number; readonly twice: number; readonly never: number };
  readonly functions: { readonly dies: number; readonly cold: number };
  readonly wire: {
    /** No connection: nothing was sent. */
    readonly refused: number;
    /** The connection breaks; the request arrives all the same, or not. */
    readonly cut: number;
    /** Request or answer take up to the gateway's timeout. */
    readonly slow: number;
  };
  readonly notifier: { readonly fails: number };
  readonly provider: FaultPlan;
  readonly operators: { readonly acts_per_hour: number };
}

const still = {
  ledger: { slow: 0, fails: 0, lost: 0 },
  queue: { duplicate: 0, late: 0, refused: 0 },
  schedule: { late: 0, twice: 0, never: 0 },
  functions: { dies: 0, cold: 0.1 },
  wire: { refused: 0, cut: 0, slow: 0 },
  notifier: { fails: 0 },
  provider: faultPlan.parse({}),
  operators: { acts_per_hour: 0 },
} satisfies Omit<Weather, "name">;

/** Nothing goes wrong. */
export const calm: Weather = { ...still, name: "calm" };

/** The seed decides which kinds of faults a night has, and how bad each of them is. */
export function drawWeather(chance: Chance): Weather {
  const mood = chance.fraction();
  if (mood < 0.1) return { ...calm, operators: { acts_per_hour: chance.pick([0, 0.3, 1]) } };
  // A few kinds at once in most nights; nearly all of them in the terrible ones.
  const share = mood < 0.7 ? 0.35 : mood < 0.93 ? 0.65 : 0.95;
  const strength = mood < 0.7 ? 1 : 2;
  const maybe = (most: number) =>
    chance.fraction() < share ? Math.min(0.6, most * strength * chance.fraction() ** 2) : 0;
  return {
    name: mood < 0.7 ? "unsettled" : mood < 0.93 ? "stormy" : "terrible",
    ledger: { slow: maybe(0.1), fails: maybe(0.05), lost: maybe(0.05) },
    queue: { duplicate: maybe(0.5), late: maybe(0.4), refused: maybe(0.2) },
    schedule: { late: maybe(0.5), twice: maybe(0.5), never: maybe(0.3) },
    functions: { dies: maybe(0.3), cold: 0.1 + maybe(0.5) },
    wire: { refused: maybe(0.1), cut: maybe(0.2), slow: maybe(0.15) },
    notifier: { fails: maybe(0.2) },
    provider: drawProvider(chance, maybe),
    operators: { acts_per_hour: maybe(2) },
  };
}

function drawProvider(chance: Chance, maybe: (most: number) => number): FaultPlan {
  const call = (kind: string, more: object, probability: number) => ({ kind, ...more, probability });
  const task = (outcome: string, more: object, probability: number) => ({
    kind: "task",
    outcome,
    ...more,
    probability,
  });
  const struck = (faults: readonly { readonly probability: number }[]) =>
    faults.filter(({ probability }) => probability > 0);
  return faultPlan.parse({
    calls: struck([
      call("throttle", { retry_after_s: chance.between(0, 30) }, maybe(0.15)),
      call("error", { when: "before", status: chance.pick([500, 502, 503]) }, maybe(0.15)),
      call("error", { when: "after", status: chance.pick([500, 502, 503, 504]) }, maybe(0.15)),
      call("reset", { when: "before" }, maybe(0.1)),
      call("reset", { when: "after", operation: chance.pick(["*", "createCheckpoint"]) }, maybe(0.3)),
      call("hang", { when: chance.pick(["before", "after"]) }, maybe(0.1)),
      call("delay", { when: "before", delay_ms: chance.between(1, 15) * 1000 }, maybe(0.2)),
      call("delay", { when: "after", delay_ms: chance.between(1, 90) * 1000 }, maybe(0.2)),
    ]),
    tasks: struck([
      task("failed", { code: chance.pick(["BackupService.7504", "BackupService.9910", ""]) }, maybe(0.3)),
      task("failed", { code: "BackupService.7109" }, maybe(0.05)),
      task("timeout", {}, maybe(0.05)),
      task("hang", {}, maybe(0.02)),
      task("slow", { slowness: chance.between(2, 20) }, maybe(0.2)),
    ]),
    listing_lag_ms: chance.fraction() < 0.4 ? chance.between(1, 60) * 1000 : 0,
    page_drift: maybe(0.3),
  });
}
