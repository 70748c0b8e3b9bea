import { type FaultPlan, faultPlan } from "../../../infra/local/provider/faults.ts";
import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";

/** How often things go wrong; every number is a probability for each occasion, unless its name says otherwise. */
export interface FaultProfile {
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

/** Nothing goes wrong. */
export const calm: FaultProfile = {
  name: "calm",
  ledger: { slow: 0, fails: 0, lost: 0 },
  queue: { duplicate: 0, late: 0, refused: 0 },
  schedule: { late: 0, twice: 0, never: 0 },
  functions: { dies: 0, cold: 0.1 },
  wire: { refused: 0, cut: 0, slow: 0 },
  notifier: { fails: 0 },
  provider: faultPlan.parse({}),
  operators: { acts_per_hour: 0 },
};

/** Draws the probability of one kind of fault, up to `most`; often there is none of it. */
type Maybe = (most: number) => number;

/** The seed decides which kinds of faults a night has, and how bad each of them is. */
export function drawWeather(random: SeededRandom): FaultProfile {
  const mood = random.fraction();
  if (mood < 0.08) return { ...calm, operators: { acts_per_hour: random.pick([0, 0.3, 1]) } };
  const draw = (name: string, share: number, strength: number) => {
    const maybe: Maybe = (most) =>
      random.fraction() < share ? Math.min(0.6, most * strength * random.fraction() ** 2) : 0;
    return { ...drawFaults(maybe), name, provider: drawProvider(random, maybe) };
  };
  if (mood < 0.28) return draw("unsettled", 0.35, 1);
  if (mood < 0.4) return draw("stormy", 0.65, 2);
  if (mood < 0.47) return draw("terrible", 0.95, 2);
  const special = random.pick(specials);
  const background = draw("quiet", 0.15, 0.5);
  return { ...background, ...special(random, background) };
}

const drawFaults = (maybe: Maybe) => ({
  ledger: { slow: maybe(0.1), fails: maybe(0.05), lost: maybe(0.05) },
  queue: { duplicate: maybe(0.5), late: maybe(0.4), refused: maybe(0.2) },
  schedule: { late: maybe(0.5), twice: maybe(0.5), never: maybe(0.3) },
  functions: { dies: maybe(0.3), cold: 0.1 + maybe(0.5) },
  wire: { refused: maybe(0.1), cut: maybe(0.2), slow: maybe(0.15) },
  notifier: { fails: maybe(0.2) },
  operators: { acts_per_hour: maybe(3) },
});

/** Nights in which one thing is very bad: what only goes wrong together is met there. */
const specials: readonly [Special, ...Special[]] = [
  (random, { provider }) => ({
    name: "slow",
    // Somebody else gets the message while the call that was made for it is on its way.
    queue: { duplicate: 0.8, late: 0.3, refused: 0 },
    schedule: { late: 0.6, twice: 0.6, never: 0 },
    ledger: { slow: 0.3, fails: 0, lost: 0.02 },
    wire: { refused: 0, cut: 0.1, slow: 0.25 },
    provider: { ...provider, listing_lag_ms: random.between(45, 60) * 1000 },
  }),
  () => ({
    name: "dying",
    functions: { dies: 0.5, cold: 0.5 },
  }),
  () => ({
    name: "repeating",
    queue: { duplicate: 0.5, late: 0.2, refused: 0.05 },
    schedule: { late: 0.5, twice: 0.8, never: 0.05 },
  }),
  () => ({
    name: "forgetful",
    ledger: { slow: 0.05, fails: 0.1, lost: 0.15 },
    notifier: { fails: 0.4 },
  }),
  (random, { provider }) => ({
    name: "moving",
    provider: {
      ...provider,
      page_drift: 0.5,
      listing_lag_ms: random.between(0, 60) * 1000,
      tasks: faultPlan.parse({ tasks: [task("failed", { code: "BackupService.7504" }, 0.3)] }).tasks,
    },
  }),
  (_chance, { provider }) => ({
    name: "lost answers",
    provider: {
      ...provider,
      calls: faultPlan.parse({
        calls: [
          call("reset", { when: "after", operation: "createCheckpoint" }, 0.4),
          call("reset", { when: "after", operation: "backupInstances" }, 0.4),
          call("error", { when: "after" }, 0.1),
          call("throttle", { retry_after_s: 5 }, 0.1),
        ],
      }).calls,
    },
  }),
  () => ({
    name: "busy people",
    operators: { acts_per_hour: 5 },
  }),
];

type Special = (random: SeededRandom, background: FaultProfile) => Partial<FaultProfile>;

const call = (kind: string, more: object, probability: number) => ({ kind, ...more, probability });
const task = (outcome: string, more: object, probability: number) => ({
  kind: "task",
  outcome,
  ...more,
  probability,
});

function drawProvider(random: SeededRandom, maybe: Maybe): FaultPlan {
  const struck = (faults: readonly { readonly probability: number }[]) =>
    faults.filter(({ probability }) => probability > 0);
  return faultPlan.parse({
    calls: struck([
      call("throttle", { retry_after_s: random.between(0, 30) }, maybe(0.15)),
      call("error", { when: "before", status: random.pick([500, 502, 503]) }, maybe(0.15)),
      call("error", { when: "after", status: random.pick([500, 502, 503, 504]) }, maybe(0.15)),
      call("reset", { when: "before" }, maybe(0.1)),
      call(
        "reset",
        { when: "after", operation: random.pick(["*", "createCheckpoint", "backupInstances"]) },
        maybe(0.3),
      ),
      call("hang", { when: random.pick(["before", "after"]) }, maybe(0.1)),
      call("delay", { when: "before", delay_ms: random.between(1, 15) * 1000 }, maybe(0.2)),
      call("delay", { when: "after", delay_ms: random.between(1, 90) * 1000 }, maybe(0.2)),
    ]),
    tasks: struck([
      task("failed", { code: random.pick(["BackupService.7504", "BackupService.9910", ""]) }, maybe(0.3)),
      task("failed", { code: "BackupService.7109" }, maybe(0.05)),
      task("timeout", {}, maybe(0.05)),
      task("hang", {}, maybe(0.02)),
      task("slow", { slowness: random.between(2, 20) }, maybe(0.2)),
      task("failed", { task: "delete" }, maybe(0.3)),
      task("failed", { task: "phone" }, maybe(0.3)),
      task("hang", { task: "phone" }, maybe(0.02)),
    ]),
    listing_lag_ms: random.fraction() < 0.4 ? random.between(1, 60) * 1000 : 0,
    page_drift: maybe(0.3),
  });
}
