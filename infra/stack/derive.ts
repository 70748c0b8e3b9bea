import type { Estate } from "../../shared/estate/estate.ts";
import { awsCron } from "../../shared/estate/schedule.ts";
import { countedByAddress } from "../../shared/estate/services.ts";
import type { FunctionDefinition, QueueTrigger } from "../../shared/lambda/definition.ts";

// What follows from a function's definition and the estate alone. Pure; the stack and the simulation are made of it.

/** A schedule as EventBridge Scheduler takes it. */
interface Schedule {
  readonly name: string;
  readonly whose: readonly string[];
  readonly description: string;
  /** `cron(0 1 * * ? *)` or `rate(5 minutes)`. */
  readonly expression: string;
  readonly timeZone: string;
  /** The event's data at the time that the schedule is due: an ISO time, or what the scheduler replaces by it. */
  readonly data: (scheduled_at: string) => object;
}

/** The schedules that fire a function. */
export function schedulesOf({ name, trigger }: FunctionDefinition, estate: Estate): Schedule[] {
  if (trigger.on !== "schedule") return [];
  if ("every_minutes" in trigger) {
    const { every_minutes: minutes } = trigger;
    return [
      {
        ...{ name, whose: [], timeZone: "UTC" },
        description: `Fires ${name} every ${minutes} minutes`,
        expression: minutes === 60 ? "rate(1 hour)" : `rate(${minutes} minutes)`,
        data: (scheduled_at) => ({ scheduled_at }),
      },
    ];
  }
  return trigger.schedules(estate).map(({ cron, timezone, data, ...named }) => ({
    ...named,
    expression: awsCron(cron),
    timeZone: timezone,
    data: (scheduled_at) => ({ ...data, scheduled_at }),
  }));
}

/**
 * How often an event is tried that the function fails on, and for how long; undefined for one that no event reaches in this
 * way. Of a schedule that fires every few minutes the next firing finds everything that a failed one has left.
 */
export function retriesOf({
  trigger,
}: FunctionDefinition): { attempts: number; minutes: number } | undefined {
  if (trigger.on === "queue" || trigger.on === "url") return undefined;
  if ("every_minutes" in trigger) return { attempts: 1, minutes: trigger.every_minutes };
  return { attempts: trigger.attempts, minutes: trigger.within_minutes };
}

/** How long a message is worked on: a call of the provider, and what is written before and after it. */
const WORK_S = 2;

/** The smallest maximum that AWS accepts for a queue. */
const LEAST = 2;

/** An account has 1,000 invocations at once, unless it has asked for more; others need some too. */
const MOST = 50;

/**
 * How many invocations of a queue's function run at once: as many as use up the rate budgets of all projects for the service
 * that allows most. More would only wait for their turn, and be paid for it.
 */
export function concurrencyOf(
  { provider, trigger }: Pick<FunctionDefinition, "provider"> & { readonly trigger: QueueTrigger },
  { projects }: Pick<Estate, "projects">,
): number {
  const services = new Set(Object.values(provider?.operations ?? {}).map(({ service }) => service));
  // Projects that are counted together have one budget, and all say the same of it.
  const together = new Map(projects.map((project) => [countedByAddress(project).hss, project]));
  const rates = [...services].map((service) =>
    (service === "hss" ? [...together.values()] : projects).reduce(
      (sum, { rates: { [service]: rate } }) => sum + rate.calls / rate.per_seconds,
      0,
    ),
  );
  const calls_per_second = Math.max(0, ...rates) * (provider?.share?.share ?? 1);
  const atOnce = trigger.works === "each" ? trigger.batchSize : 1;
  return Math.min(MOST, Math.max(LEAST, Math.ceil((calls_per_second * WORK_S) / atOnce)));
}
