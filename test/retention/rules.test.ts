import { expect, test } from "vitest";
import { bitsOf } from "../../shared/retention/rules.ts";

test("every retention rule has a bit of its own in a backup's mark", () => {
  const bits = bitsOf(8);
  const marks = new Uint8Array(1);
  for (const bit of bits) marks[0] = (marks[0] ?? 0) | bit;
  expect(new Set(bits).size).toBe(8);
  expect(marks[0]).toBe(255);
});

test("a rule more than a mark has bits would keep nothing: it is refused when the rules are loaded", () => {
  expect(() => bitsOf(9)).toThrow("there are 9 retention rules, and a mark holds 8");
});
