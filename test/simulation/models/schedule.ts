import type { Chance } from "../../../infra/local/provider/world/chance.ts";
import { scheduleTimes } from "../../../infra/local/schedules/times.ts";
import type { Dice } from "./dice.ts";
import type { FunctionDefinition, Functions } from "./functions.ts";
import type { Journal } from "./journal.ts";
import type { VirtualTime } from "./time.ts";
import type { Weather } from "./weather.ts";

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

interface Surroundings {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly dice: Dice;
  readonly journal: Journal;
  readonly functions: Functions;
  readonly weather: () => Weather["schedule"];
}

/** Lambda waits so long before it tries a failed event again. */
const retry_ms = [60_000, 120_000] as const;
/** The scheduler itself tries for an hour. */
const latest_ms = 10 * 60_000;

/**
 * Fires from now on at its times: in good weather at them, in bad weather late, twice or never. Returns what takes the
 * schedule away; what it has fired already still comes.
 */
export function simulateSchedule(options: ScheduleOptions, surroundings: Surroundings): () => void {
  const { time, chance, dice, weather } = surroundings;
  const times = scheduleTimes(options.expression, options.timeZone, time.now());
  let cancel = () => {};
  const arm = () => {
    const due_ms = times.next(time.now());
    if (due_ms === undefined) return;
    cancel = time.after(due_ms - time.now(), () => {
      arm();
      if (options.isIdle?.()) return;
      const { late, twice, never } = weather();
      if (dice.strikes(never)) {
        surroundings.journal.note(options.name, "does not fire");
        return;
      }
      const scheduled_at = new Date(due_ms).toISOString().replace(".000Z", "Z");
      const delay_ms = () => (dice.strikes(late) ? chance.between(0, latest_ms) : 0);
      fire(options, surroundings, scheduled_at, delay_ms());
      if (dice.strikes(twice)) fire(options, surroundings, scheduled_at, delay_ms());
    });
  };
  arm();
  return () => cancel();
}

function fire(
  { name, target, input, attempts }: ScheduleOptions,
  { time, journal, functions }: Surroundings,
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
