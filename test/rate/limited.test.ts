import { expect, test } from "vitest";
import { showBackup } from "../../shared/api/operations/cbr/backups.ts";
import type { Clock } from "../../shared/core/clock.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { BudgetSpent, ledgerBudget } from "../../shared/rate/budget.ts";
import { limitedBudget } from "../../shared/rate/limited.ts";

const rate = { calls: 10, per_seconds: 60 };
const rates = { cbr: rate, iam: rate, dbss: rate, hss: rate, koophone: rate };

function budgets() {
  // Pauses are over at once: nobody waits for anything but the budget here.
  const after: Clock["after"] = (_, callback) => {
    queueMicrotask(callback);
    return () => undefined;
  };
  const clock: Clock = { now: () => 1_000_000, wall: () => 0, after };
  const ledger = memoryLedger(clock.now);
  const options = {
    ledger,
    clock,
    random: { fraction: () => 0 },
    project: "demo",
    rates,
    maximumWait_ms: 1_000,
  };
  return { all: ledgerBudget(options), half: limitedBudget(options, { name: "prune", share: 0.5 }) };
}

/** How many calls a budget lets through before it refuses. */
async function granted(budget: ReturnType<typeof budgets>["all"]): Promise<number> {
  for (let calls = 0; ; calls++) {
    const refused = await budget.take(showBackup).catch((error: unknown) => error);
    if (refused instanceof BudgetSpent) return calls;
    if (refused) throw refused;
  }
}

test("work with a share of the budget leaves the rest to others", async () => {
  const { all, half } = budgets();
  expect(await granted(half)).toBe(5);
  expect(await granted(all)).toBe(5);
});

test("work with a share finds nothing when others have used everything", async () => {
  const { all, half } = budgets();
  expect(await granted(all)).toBe(10);
  expect(await granted(half)).toBe(0);
});
