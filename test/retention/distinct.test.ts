import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DistinctTexts } from "../../shared/retention/distinct.ts";
import { RUNS } from "./arbitraries.ts";

/** For each text, whether it is new. */
function news(texts: readonly string[]): boolean[] {
  const distinct = new DistinctTexts(texts.length, (index) => texts[index] ?? "");
  return texts.map((text, index) => distinct.add(index, text));
}

describe("texts that were met before", () => {
  test("are told from new ones", () => {
    expect(news(["a", "b", "a", "ab", "b", ""])).toEqual([true, true, false, true, false, true]);
    expect(news(["a"])).toEqual([true]);
    expect(news([])).toEqual([]);
  });

  test("are not taken for others that have the same fingerprint", () => {
    // Pairs of words that FNV-1a with 32 bits cannot tell apart.
    const words = ["costarring", "liquid", "declinate", "macallums", "altarage", "zinke"];
    expect(news([...words, "x", ...words])).toEqual([
      ...words.map(() => true),
      true,
      ...words.map(() => false),
    ]);
  });

  test("are found as a set finds them", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ab]{0,6}$/), { maxLength: 100 }), (texts) => {
        const seen = new Set<string>();
        expect(news(texts)).toEqual(texts.map((text) => seen.size < seen.add(text).size));
      }),
      RUNS,
    );
  });
});
