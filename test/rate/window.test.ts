import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { BudgetSpent, ledgerBudget } from "../../shared/rate/budget.ts";
import { emptyWindow, take, turnAway } from "../../shared/rate/window.ts";
import type { Clock } from "../../shared/runtime/clock.ts";

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

describe("a rate budget in the ledger", () => {
  const rate = { calls: 5, per_seconds: 60 };
  const rates = { cbr: rate, hss: rate, dbss: rate, iam: rate, koophone: rate };

  test("is shared by functions that do not know each other", async () => {
    const now_ms = Date.parse("2026-11-21T01:00:00Z");
    const clock: Clock = {
      now: () => now_ms,
      wall: () => now_ms,
      after: (_, callback) => {
        queueMicrotask(callback);
        return () => undefined;
      },
    };
    const ledger = memoryLedger();
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
