import { describe, expect, test } from "vitest";
import { type Figures, figuresOfRun, heldTo, readFigures, worseThan } from "./figures.ts";
import { withFigures } from "./page.ts";
import { type Row, rowOf } from "./row.ts";

const about = { machine: "2 cores, Node 24", measured_at: "2026-11-21", load: 0.4, seconds: 420 };

const row = (name: string, value: number, goal?: "≤ 2" | "≥ 0.9"): Row =>
  rowOf({ name, values: [value], unit: "×", baseline: "a bare call", goal });

const before: Figures = {
  ...about,
  rows: [
    { name: "time", value: 2, unit: "×" },
    { name: "throughput", value: 1, unit: "×" },
    { name: "gone", value: 1, unit: "×" },
  ],
};

test("a row that got worse by more than a fifth is reported, in either direction", () => {
  expect(worseThan(before, [row("time", 2.5, "≤ 2"), row("throughput", 0.7, "≥ 0.9")])).toEqual([
    { name: "time", before: 2, now: 2.5 },
    { name: "throughput", before: 1, now: 0.7 },
  ]);
});

test("a fifth, an improvement and a new row are not", () => {
  const rows = [row("time", 2.4, "≤ 2"), row("throughput", 3, "≥ 0.9"), row("new", 100, "≤ 2")];
  expect(worseThan(before, rows)).toEqual([]);
});

describe("a row that is held to its recorded figure", () => {
  const held = (name: string, value: number): Row => ({ ...row(name, value), held: true });

  test("may be worse than it by a sixth", () => {
    expect(heldTo(before, [held("time", 2.33)])[0]).toMatchObject({ goal: "≤ 2.33", met: true });
    expect(heldTo(before, [held("time", 2.34)])[0]).toMatchObject({ goal: "≤ 2.33", met: false });
  });

  test("is told once: as a goal that was missed, not as worse too", () => {
    expect(worseThan(before, [held("time", 9)])).toEqual([]);
  });

  test("is only shown as long as nothing is recorded, and then held to what was", () => {
    const first = held("new", 100);
    expect(heldTo(before, [first])[0]).toMatchObject({ goal: undefined, met: true });
    const recorded = figuresOfRun([first], about);
    expect(recorded.rows).toEqual([{ name: "new", value: 100, unit: "×", held: true }]);
    expect(heldTo(recorded, [held("new", 117)])[0]).toMatchObject({ met: true });
    expect(heldTo(recorded, [held("new", 118)])[0]).toMatchObject({ met: false });
  });

  test("leaves other rows as they are", () => {
    const rows = [row("time", 2.5, "≤ 2"), row("gone", 9)];
    expect(heldTo(before, rows)).toEqual(rows);
  });
});

test("of the committed cold starts those are held that nobody waits for", async () => {
  const cold = (await readFigures()).rows.filter(({ name }) => name.startsWith("cold start of "));
  const free = cold
    .filter(({ held }) => !held)
    .map(({ name }) => name.replace(/^cold start of (.+):.*$/, "$1"));
  expect([...new Set(free)].sort()).toEqual(["back-up-phones", "ingest-notification"]);
});

test("the committed figures can be read", async () => {
  expect(await readFigures()).toHaveProperty("rows");
});

test("the page keeps what people wrote, and has the rows of this run alone", () => {
  const page = "# Speed\n\n<!-- figures: begin -->\nold\n<!-- figures: end -->\n\nWhy.\n";
  const written = withFigures(page, [row("time", 2.5, "≤ 2"), row("nights", 700)], about);
  expect(written).toMatch(/^# Speed\n\n<!-- figures: begin -->\n/);
  expect(written).toMatch(/<!-- figures: end -->\n\nWhy\.\n$/);
  expect(written).not.toContain("old");
  expect(written).toContain("Measured on 2026-11-21 on 2 cores, Node 24, in 7.0 minutes");
  expect(written).toContain("| time | 2.5 × |  | ≤ 2 | **no** | a bare call |  |");
  expect(written).toContain("| nights | 700 × |  | – | shown | a bare call |  |");
  expect(withFigures(written, [row("time", 2.5, "≤ 2"), row("nights", 700)], about)).toBe(written);
});

test("a page without its marks is refused rather than overwritten", () => {
  expect(() => withFigures("# Speed\n", [], about)).toThrow("docs/performance.md has no lines");
});
