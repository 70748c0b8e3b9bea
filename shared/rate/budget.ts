import * as z from "zod";
import type { Budget } from "../api/connection.ts";
import type { Service } from "../api/operation.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, type Stored } from "../ledger/record.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import {
  bookedFor_ms,
  emptyWindow,
  type Rate,
  slowDown,
  take,
  turnAway,
  type Window,
  windowSchema,
} from "./window.ts";

/** The budget is spent for longer than the caller may wait. Nothing was sent. */
export class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";
  /** When it is worth asking again. */
  readonly retryAfter_ms: number;

  constructor(service: Service, retryAfter_ms: number) {
    super(
      `the rate budget for ${service} is spent; there is room again in ${Math.ceil(retryAfter_ms / 1000)} s`,
    );
    this.retryAfter_ms = retryAfter_ms;
  }
}

const budgetRecord = defineRecord({
  kind: "budget",
  version: 1,
  schema: windowSchema.extend({ project: z.string(), service: z.string() }),
  idOf: (budget): { project: string; service: string } => budget,
  key: ({ project, service }: { project: string; service: string }) => ({
    partition: `budget#${project}`,
    sort: service,
  }),
});

type BudgetRecord = Window & { readonly project: string; readonly service: string };

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

/** A provider that throttles without saying for how long is left alone for this long. */
const pause_ms = 5_000;
const defaultMaximumWait_ms = 5_000;

export interface BudgetOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Pick<Random, "fraction">;
  /** The project's name in the estate. */
  readonly project: string;
  readonly rates: Readonly<Record<Service, Rate>>;
  /** A call that would have to wait longer is refused with BudgetSpent. */
  readonly maximumWait_ms?: number;
}

/** The rate budget of a project, shared by all functions through the ledger: whoever sends has booked it there first. */
export function ledgerBudget(options: BudgetOptions): Budget {
  const services = new Map<Service, ReturnType<typeof serviceBudget>>();
  const budgetOf = (service: Service) => {
    const known = services.get(service) ?? serviceBudget(options, service);
    services.set(service, known);
    return known;
  };
  return {
    take: ({ service }) => budgetOf(service).take(),
    slowDown: (retryAfter_ms, { service }) => budgetOf(service).slowDown(retryAfter_ms),
  };
}

function serviceBudget(options: BudgetOptions, service: Service) {
  const { ledger, clock, random, project, rates, maximumWait_ms = defaultMaximumWait_ms } = options;
  const rate = rates[service];
  let queue: Waiting[] = [];
  let running = false;
  let seen: Stored<BudgetRecord> | undefined;

  /** Changes the shared window; the change is computed again whenever somebody else was faster. */
  async function change<Result>(
    compute: (window: Window) => { window: Window; result: Result },
  ): Promise<Result> {
    for (;;) {
      seen ??= await budgetRecord.read(ledger, { project, service });
      const { window, result } = compute(seen?.value ?? emptyWindow);
      const value = { ...window, project, service };
      const written = seen
        ? await budgetRecord.replace(ledger, seen, value)
        : await budgetRecord.create(ledger, value);
      if (written === "written") {
        seen = { revision: (seen?.revision ?? 0) + 1, value };
        return result;
      }
      seen = undefined;
      await sleep(clock, random.fraction() * 200);
    }
  }

  /** Serves all who wait with one booking, again and again, until nobody waits. */
  async function serve(): Promise<void> {
    // Those who ask in the same turn are served with one booking.
    await Promise.resolve();
    while (queue.length > 0) {
      const wanted = queue.length;
      const { granted, next_ms, booked_at_ms } = await change((window) => {
        const booked_at_ms = clock.now();
        const grant = take(window, rate, wanted, booked_at_ms);
        return { window: grant.window, result: { ...grant, booked_at_ms } };
      });
      // The ledger answered late: sent now, the calls would count in a period in which they are not booked.
      if (granted > 0 && clock.now() - booked_at_ms > bookedFor_ms) continue;
      for (const waiting of queue.splice(0, granted)) waiting.resolve();
      if (granted === wanted) continue;
      const wait_ms = Math.max(0, next_ms - clock.now());
      if (wait_ms <= maximumWait_ms) await sleep(clock, wait_ms);
      else await refuseAll(next_ms);
    }
    // In the same turn as the last look at the queue: whoever asks from now on begins anew.
    running = false;
  }

  async function refuseAll(next_ms: number): Promise<void> {
    const refused = queue;
    queue = [];
    const back_ms = await change((window) => {
      const turned = turnAway(window, rate, refused.length, next_ms);
      return { window: turned.window, result: turned.back_ms };
    });
    for (const waiting of refused)
      waiting.reject(new BudgetSpent(service, Math.max(0, back_ms - clock.now())));
  }

  return {
    take(): Promise<void> {
      return new Promise((resolve, reject) => {
        queue.push({ resolve, reject });
        if (running) return;
        running = true;
        serve().catch((error: unknown) => {
          running = false;
          for (const waiting of queue.splice(0)) waiting.reject(error);
        });
      });
    },
    async slowDown(retryAfter_ms = pause_ms): Promise<void> {
      await change((window) => ({
        window: slowDown(window, clock.now() + retryAfter_ms),
        result: undefined,
      }));
    },
  };
}
