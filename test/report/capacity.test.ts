import { describe, expect, test } from "vitest";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { forecastCapacity } from "../../shared/report/capacity.ts";
import { addDays } from "../../shared/report/dates.ts";
import { rememberUsage, usageHistory } from "../../shared/report/usage.ts";

const days = (...used_gb: readonly number[]) =>
  used_gb.map((gb, index) => ({ date: addDays("2026-11-01", index), used_mb: gb * 1024 }));
const vault = { size_gb: 100, auto_expand: false };

describe("the day a vault fills", () => {
  test("follows from a steady growth", () => {
    expect(forecastCapacity(vault, days(50, 55, 60, 65, 70))).toEqual({
      growth_mb_per_day: 5120,
      full_on: "2026-11-11",
      basis: "5 daily figures from 2026-11-01 to 2026-11-05",
    });
  });

  test("is not foreseen when it shrinks or stands still", () => {
    expect(forecastCapacity(vault, days(70, 60, 50)).full_on).toBeNull();
    expect(forecastCapacity(vault, days(70, 70, 70)).full_on).toBeNull();
  });

  test("is today when it is full already", () => {
    expect(forecastCapacity(vault, days(99, 100, 101)).full_on).toBe("2026-11-03");
  });

  test("is not foreseen of a vault that expands by itself, nor from two figures", () => {
    expect(forecastCapacity({ ...vault, auto_expand: true }, days(50, 60, 70))).toMatchObject({
      full_on: null,
      basis: expect.stringContaining("expands by itself"),
    });
    expect(forecastCapacity(vault, days(50, 60))).toEqual({
      growth_mb_per_day: null,
      full_on: null,
      basis: "2 of at least 3 daily figures so far",
    });
  });

  test("does not mind days without a figure", () => {
    const [first, , third, , fifth] = days(50, 0, 60, 0, 70);
    if (!first || !third || !fifth) throw new Error("five days were made");
    expect(forecastCapacity(vault, [first, third, fifth])).toMatchObject({
      growth_mb_per_day: 5120,
      full_on: "2026-11-11",
    });
  });
});

describe("the history of capacity", () => {
  test("is kept by day, in slices, and a second report of a day replaces the first", async () => {
    const ledger = memoryLedger();
    const vaults = Array.from({ length: 4500 }, (_, index) => ({ id: `v${index}`, used_mb: index }));
    const at = (date: string) => ({ project: "p", date, now_ms: 1 });
    await rememberUsage(ledger, at("2026-11-01"), vaults);
    await rememberUsage(ledger, at("2026-11-02"), vaults);
    await rememberUsage(ledger, at("2026-11-02"), [{ id: "v7", used_mb: 70 }]);
    const history = await usageHistory(ledger, "p", "2026-11-01");
    expect(history.size).toBe(4500);
    expect(history.get("v4499")).toHaveLength(2);
    expect(history.get("v7")).toEqual([
      { date: "2026-11-01", used_mb: 7 },
      { date: "2026-11-02", used_mb: 70 },
    ]);
    expect(await usageHistory(ledger, "p", "2026-11-02")).toHaveProperty("size", 2501);
  });
});
