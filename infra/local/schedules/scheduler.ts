import type { Clock } from "../../../shared/core/clock.ts";
import type { Emit } from "../functions/events.ts";
import { type ScheduleTimes, scheduleTimes } from "./times.ts";

/** A schedule, as the template says it. */
export interface ScheduleDefinition {
  /** Logical id in the template. */
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly expression: string;
  readonly timeZone: string;
  /** JSON text; context attributes such as `<aws.scheduler.scheduled-time>` are filled in when it fires. */
  readonly input: string;
}

/** Real time that one timer is set for at most: beyond this Node's timers overflow. */
const LONGEST_TIMER_MS = 2_000_000_000;

/** Fires schedules at their times on the engine's clock. */
export class Scheduler {
  readonly #schedules: ReadonlyMap<string, { definition: ScheduleDefinition; times: ScheduleTimes }>;
  readonly #clock: Clock;
  readonly #deliver: (definition: ScheduleDefinition, input: string) => void;
  readonly #emit: Emit;
  readonly #cancel = new Map<string, () => void>();

  constructor(
    definitions: readonly ScheduleDefinition[],
    origin_ms: number,
    clock: Clock,
    emit: Emit,
    deliver: (definition: ScheduleDefinition, input: string) => void,
  ) {
    this.#schedules = new Map(
      definitions.map((definition) => {
        const times = scheduleTimes(definition.expression, definition.timeZone, origin_ms);
        return [definition.id, { definition, times }];
      }),
    );
    this.#clock = clock;
    this.#emit = emit;
    this.#deliver = deliver;
  }

  /** Begins to fire everything that is due after `from_ms`, also what has become due since. */
  start(from_ms: number): void {
    for (const id of this.#schedules.keys()) this.#arm(id, from_ms);
  }

  stop(): void {
    for (const cancel of this.#cancel.values()) cancel();
    this.#cancel.clear();
  }

  /** When a schedule fires next after a time, epoch milliseconds. */
  next(wanted: string, after_ms: number): number | undefined {
    return this.#find(wanted).times.next(after_ms);
  }

  /** Fires a schedule by hand, as if it had been due at `scheduled_ms`. */
  fire(wanted: string, scheduled_ms: number): void {
    const { definition } = this.#find(wanted);
    const scheduled_at = new Date(scheduled_ms).toISOString().replace(/\.\d{3}Z$/, "Z");
    this.#emit({ type: "schedule-fired", schedule: definition.name, scheduled_at });
    this.#deliver(
      definition,
      definition.input
        .replaceAll("<aws.scheduler.scheduled-time>", scheduled_at)
        .replaceAll("<aws.scheduler.schedule-arn>", definition.arn),
    );
  }

  #arm(id: string, after_ms: number): void {
    const due_ms = this.#find(id).times.next(after_ms);
    if (due_ms === undefined) return;
    const wait_ms = Math.max(0, due_ms - this.#clock.now());
    const cancel = this.#clock.after(Math.min(wait_ms, LONGEST_TIMER_MS), () => {
      // Timers may be a moment early: what is not due yet is armed again.
      if (this.#clock.now() < due_ms) return this.#arm(id, after_ms);
      this.fire(id, due_ms);
      this.#arm(id, due_ms);
    });
    this.#cancel.set(id, cancel);
  }

  #find(wanted: string) {
    const found = [...this.#schedules.values()].filter(
      ({ definition: { id, name } }) => wanted === id || wanted === name || name.endsWith(`-${wanted}`),
    );
    const [first] = found;
    if (!first || found.length > 1) {
      const names = [...this.#schedules.values()].map(({ definition }) => definition.name).join(", ");
      throw new Error(`the template has ${found.length} schedules called ${wanted}; it has ${names}`);
    }
    return first;
  }
}
