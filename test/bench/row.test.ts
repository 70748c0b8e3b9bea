import { describe, expect, test } from "vitest";
import { figuresOf, isRising, median, meets, rowOf, spreadOf } from "./row.ts";

const measured = { name: "one call", unit: "× the baseline's time", baseline: "a bare call" };

describe("a row", () => {
  test("is the median of its rounds, with the least and the most that was seen", () => {
    const row = rowOf({ ...measured, values: [3, 1, 9, 2, 4], goal: "≤ 3" });
    expect(row).toMatchObject({ value: 3, spread: { min: 1, max: 9 }, met: true });
  });

  test("of an even number of rounds takes the greater of the two in the middle", () => {
    expect(median([4, 1, 3, 2])).toBe(3);
    expect(spreadOf([4, 1, 3, 2])).toEqual({ min: 1, max: 4 });
  });

  test("of no rounds meets no goal", () => {
    expect(rowOf({ ...measured, values: [], goal: "≤ 3" }).met).toBe(false);
  });

  test("tells exactly the agreed fields; without a goal it is met", () => {
    expect(figuresOf(rowOf({ ...measured, values: [7], note: "7 ms" }))).toEqual({
      ...measured,
      ...{ value: 7, goal: null, met: true },
    });
  });
});

describe("a goal", () => {
  test.each([
    [2.5, "≤ 2.5", true],
    [2.51, "≤ 2.5", false],
    [0.9, "≥ 0.9", true],
    [0.89, "≥ 0.9", false],
    [600, "< 600", false],
    [599, "< 600", true],
    [1e9, undefined, true],
  ])("%d against %s", (value, goal, met) => {
    expect(meets(value, goal)).toBe(met);
  });

  test("says which direction is better; a row without one says so itself", () => {
    expect(isRising({ goal: "≥ 0.9" })).toBe(true);
    expect(isRising({ goal: "≤ 0.9" })).toBe(false);
    expect(isRising({ goal: undefined })).toBe(false);
    expect(isRising({ goal: undefined, rising: true })).toBe(true);
  });
});
