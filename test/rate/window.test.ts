import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import { showBackupPolicy } from "../../shared/api/operations/hss.ts";
import type { Clock } from "../../shared/core/clock.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { BudgetSpent, ledgerBudget, liftPause, pausesOf } from "../../shared/rate/budget.ts";
import { emptyWindow, slowDown, take, turnAway } from "../../shared/rate/window.ts";

describe("a rate window", () => {
  test("never lets more calls through in any period than the rate allows", () => {
    const rates = fc.record({
      calls: fc.integer({ min: 1, max: 50 }),
      per_seconds: fc.integer({ min: 1, max: 300 }),
    });
    const asks = fc.array(fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 1, max: 80 })), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(rates, asks, (rate, steps) => {
        let window = emptyWindow;
        let now_ms = Date.parse("2026-11-21T01:00:00Z");
        const sent: number[] = [];
        for (const [wait_ms, wanted] of steps) {
          now_ms += wait_ms;
          const grant = take(window, rate, wanted, now_ms);
          window = grant.window;
          sent.push(...Array<number>(grant.granted).fill(now_ms));
          expect(grant.next_ms).toBeGreaterThan(now_ms);
        }
        for (const from of sent) {
          const within = sent.filter((at) => at >= from && at < from + rate.per_seconds * 1000);
          expect(within.length).toBeLessThanOrEqual(rate.calls);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("lets calls through again at the time it names", () => {
    const rate = { calls: 5, per_seconds: 60 };
    const first = take(emptyWindow, rate, 9, 1_000_000);
    expect(first.granted).toBe(5);
    expect(take(first.window, rate, 4, first.next_ms - 1).granted).toBe(0);
    expect(take(first.window, rate, 4, first.next_ms).granted).toBe(4);
  });

  test("tells those it turns away different times, as many at once as the rate allows", () => {
    const rate = { calls: 5, per_seconds: 60 };
    let window = emptyWindow;
    const times: number[] = [];
    for (let n = 0; n < 12; n++) {
      const turned = turnAway(window, rate, 1, 100_000);
      window = turned.window;
      times.push(turned.back_ms);
    }
    expect(times).toEqual([...Array(5).fill(100_000), ...Array(5).fill(160_000), ...Array(2).fill(220_000)]);
  });
});

describe("a pause", () => {
  const rate = { calls: 5, per_seconds: 60 };
  const now_ms = 1_000_000;

  test("keeps everybody waiting until it expires", () => {
    const paused = slowDown(emptyWindow, now_ms + 60_000, now_ms);
    expect(take(paused, rate, 1, now_ms + 59_999)).toMatchObject({ granted: 0, next_ms: now_ms + 60_000 });
    expect(take(paused, rate, 1, now_ms + 60_000).granted).toBe(1);
  });

  test("is made longer by another, never shorter", () => {
    const paused = slowDown(emptyWindow, now_ms + 60_000, now_ms);
    expect(slowDown(paused, now_ms + 5_000, now_ms).slowed_until_ms).toBe(now_ms + 60_000);
    expect(slowDown(paused, now_ms + 90_000, now_ms).slowed_until_ms).toBe(now_ms + 90_000);
  });

  test("further ahead than any may last is none, and gives way to a real one", () => {
    const endless = { ...emptyWindow, slowed_until_ms: now_ms + 86_400_000 };
    expect(take(endless, rate, 1, now_ms).granted).toBe(1);
    expect(slowDown(endless, now_ms + 5_000, now_ms).slowed_until_ms).toBe(now_ms + 5_000);
  });
});

describe("a rate budget in the ledger", () => {
  const rate = { calls: 5, per_seconds: 60 };
  const rates = { cbr: rate, hss: rate, dbss: rate, iam: rate, koophone: rate };

  /** A clock that stands, and on which nobody waits. */
  function standing() {
    const now_ms = Date.parse("2026-11-21T01:00:00Z");
    const clock: Clock = {
      now: () => now_ms,
      wall: () => now_ms,
      after: (_, callback) => {
        queueMicrotask(callback);
        return () => undefined;
      },
    };
    return { clock, ledger: memoryLedger() };
  }

  test("is one for all projects at a service that counts calls by address, and each project's own elsewhere", async () => {
    const { clock, ledger } = standing();
    const open = (project: string) =>
      ledgerBudget({
        ...{ ledger, clock, random: { fraction: () => 0 }, project, rates, maximumWait_ms: 1_000 },
        addresses: { hss: "https://hss.eu-de.example" },
      });
    const [one, other] = [open("one"), open("other")];
    for (let call = 0; call < 3; call++) await one.take(showBackupPolicy);
    for (let call = 0; call < 2; call++) await other.take(showBackupPolicy);
    await expect(other.take(showBackupPolicy)).rejects.toBeInstanceOf(BudgetSpent);
    for (let call = 0; call < 5; call++) await one.take(listVaults);
    for (let call = 0; call < 5; call++) await other.take(listVaults);
  });

  test("shows its pauses, and lets an operator lift one", async () => {
    const { clock, ledger } = standing();
    const scope = { project: "demo" };
    const budget = ledgerBudget({
      ...{ ledger, clock, random: { fraction: () => 0 }, ...scope, rates, maximumWait_ms: 1_000 },
    });
    await budget.slowDown(300_000, listVaults);
    await expect(budget.take(listVaults)).rejects.toBeInstanceOf(BudgetSpent);
    const now_ms = clock.now();
    const pause = { service: "cbr", until_ms: now_ms + 300_000 };
    expect(await pausesOf(ledger, scope, now_ms)).toEqual([pause]);
    expect(await liftPause(ledger, scope, { service: "cbr", now_ms })).toEqual(pause);
    expect(await liftPause(ledger, scope, { service: "cbr", now_ms })).toBeUndefined();
    expect(await pausesOf(ledger, scope, now_ms)).toEqual([]);
    await budget.take(listVaults);
  });

  test("is shared by functions that do not know each other", async () => {
    const { clock, ledger } = standing();
    const open = () =>
      ledgerBudget({
        ledger,
        clock,
        random: { fraction: () => 0.5 },
        project: "demo",
        rates,
        maximumWait_ms: 1_000,
      });
    const results = await Promise.allSettled(
      [open(), open(), open()].flatMap((budget) => [1, 2, 3].map(() => budget.take(listVaults))),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused).toHaveLength(4);
    for (const error of refused) expect(error).toBeInstanceOf(BudgetSpent);
  });
});
