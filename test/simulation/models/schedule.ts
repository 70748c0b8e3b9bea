import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";
import { scheduleTimes } from "../../../infra/local/schedules/times.ts";
import type { Dice } from "./dice.ts";
import type { FaultProfile } from "./fault-profile.ts";
import type { FunctionDefinition, Functions } from "./functions.ts";
import type { Journal } from "./journal.ts";
import type { VirtualTime } from "./time.ts";

export interface ScheduleOptions {
  readonly name: string;
  /** `cron(…)` or `rate(…)`, as the stack writes it. */
  readonly expression: string;
  readonly timeZone: string;
  readonly target: FunctionDefinition;
  /** The event for a time at which the schedule was due, in UTC to the second. */
  readonly input: (scheduled_at: string) => string;
  /** How often Lambda tries an event that its function failed on. */
  readonly attempts: number;
  /** Firings that nobody would notice may be left out. */
  readonly isIdle?: () => boolean;
}

interface Deps {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly dice: Dice;
  readonly journal: Journal;
  readonly functions: Functions;
  readonly faultProfile: () => FaultProfile["schedule"];
}

/** Lambda waits so long before it tries a failed event again. */
const retry_ms = [60_000, 120_000] as const;
/** The scheduler itself tries for an hour. */
const latest_ms = 10 * 60_000;

/**
 * Fires from now on at its times: under a good fault profile at them, under a bad fault profile late, twice or never. Returns what takes the
 * schedule away; what it has fired already still comes.
 */
export function simulateSchedule(options: ScheduleOptions, deps: Deps): () => void {
  const { time, random, dice, faultProfile } = deps;
  const times = scheduleTimes(options.expression, options.timeZone, time.now());
  let cancel = () => {};
  const arm = () => {
    const due_ms = times.next(time.now());
    if (due_ms === undefined) return;
    cancel = time.after(due_ms - time.now(), () => {
      arm();
      if (options.isIdle?.()) return;
      const { late, twice, never } = faultProfile();
      if (dice.strikes(never)) {
        deps.journal.note(options.name, "does not fire");
        return;
      }
      const scheduled_at = new Date(due_ms).toISOString().replace(".000Z", "Z");
      const delay_ms = () => (dice.strikes(late) ? random.between(0, latest_ms) : 0);
      fire(options, deps, scheduled_at, delay_ms());
      if (dice.strikes(twice)) fire(options, deps, scheduled_at, delay_ms());
    });
  };
  arm();
  return () => cancel();
}

function fire(
  { name, target, input, attempts }: ScheduleOptions,
  { time, journal, functions }: Deps,
  scheduled_at: string,
  delay_ms: number,
): void {
  const attempt = (number: number) => {
    functions.invoke(target, input(scheduled_at), (outcome) => {
      if (outcome.ok || number >= attempts) return;
      time.after(retry_ms[number - 1] ?? retry_ms[1], () => attempt(number + 1));
    });
  };
  time.after(delay_ms, () => {
    journal.note(name, `fires for ${scheduled_at}`);
    attempt(1);
  });
}
