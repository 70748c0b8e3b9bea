import * as z from "zod";
import type { Budget } from "../api/connection.ts";
import type { Service } from "../api/operation.ts";
import { type Clock, sleep } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import { services } from "../estate/services.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, type Stored } from "../ledger/record.ts";
import {
  bookedFor_ms,
  emptyWindow,
  pausedUntil,
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
  schema: windowSchema.extend({ scope: z.string(), service: z.string() }),
  partition: ({ scope }: BudgetId) => `budget#${scope}`,
  sort: ({ service }: BudgetId) => service,
});

/** `scope`: whose calls are counted together, a project's or those to an address. */
interface BudgetId {
  readonly scope: string;
  readonly service: string;
}
type BudgetRecord = Window & BudgetId;

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
  /** Where those services are that count calls by address: all projects that call there from here share one budget. */
  readonly addresses?: Partial<Readonly<Record<Service, string>>> | undefined;
  readonly rates: Readonly<Record<Service, Rate>>;
  /** A call that would have to wait longer is refused with BudgetSpent. */
  readonly maximumWait_ms?: number;
}

/** What names a budget. */
type Scope = Pick<BudgetOptions, "project" | "addresses">;

const budgetId = ({ project, addresses }: Scope, service: Service): BudgetId => {
  const address = addresses?.[service];
  return { scope: address === undefined ? project : `address ${address}`, service };
};

/** A pause that the provider has asked for, of one service. */
interface Pause {
  readonly service: Service;
  readonly until_ms: number;
}

/** The pauses that a project's calls wait for now. */
export async function pausesOf(ledger: Ledger, scope: Scope, now_ms: number): Promise<Pause[]> {
  const pauses: Pause[] = [];
  for (const service of services) {
    const seen = await budgetRecord.read(ledger, budgetId(scope, service));
    const until_ms = seen && pausedUntil(seen.value, now_ms);
    if (until_ms !== undefined) pauses.push({ service, until_ms });
  }
  return pauses;
}

/** Lets a project's calls of one service go on. Returns the pause that was in force. */
export async function liftPause(
  ledger: Ledger,
  scope: Scope,
  { service, now_ms }: { readonly service: Service; readonly now_ms: number },
): Promise<Pause | undefined> {
  for (;;) {
    const seen = await budgetRecord.read(ledger, budgetId(scope, service));
    const until_ms = seen && pausedUntil(seen.value, now_ms);
    if (!seen || until_ms === undefined) return undefined;
    const written = await budgetRecord.replace(ledger, seen, { ...seen.value, slowed_until_ms: 0 });
    if (written !== "conflict") return { service, until_ms };
  }
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
  const { ledger, clock, random, rates, maximumWait_ms = defaultMaximumWait_ms } = options;
  const id = budgetId(options, service);
  const rate = rates[service];
  let queue: Waiting[] = [];
  let running = false;
  let seen: Stored<BudgetRecord> | undefined;

  /** Changes the shared window; the change is computed again whenever somebody else was faster. */
  async function change<Result>(
    compute: (window: Window) => { window: Window; result: Result },
  ): Promise<Result> {
    for (;;) {
      seen ??= await budgetRecord.read(ledger, id);
      const { window, result } = compute(seen?.value ?? emptyWindow);
      const value = { ...window, ...id };
      const written = await budgetRecord.put(ledger, seen, value);
      seen = written === "conflict" ? undefined : written;
      if (seen) return result;
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
      await change((window) => {
        const now_ms = clock.now();
        return { window: slowDown(window, now_ms + retryAfter_ms, now_ms), result: undefined };
      });
    },
  };
}
