import { describe, expect, test } from "vitest";
import { lookForBug } from "./injected-bugs/find.ts";
import { findBug } from "./injected-bugs/inject.ts";
import { faults } from "./injected-bugs/table.ts";
import { drawsOf } from "./night/world.ts";
import { planEpisodes } from "./run/plan.ts";
import { type PlayedSeed, playAll, playFresh, run } from "./run/run.ts";

const minutes = (n: number) => n * 60_000;

describe("nights with faults", () => {
  test("300 of them break nothing that must be true", { timeout: minutes(8) }, async () => {
    const { broken, violations, faults: struck } = await run({ seed: 1, nights: 300 });
    expect(broken.flatMap((episode) => [...episode.violations, ...episode.story])).toEqual([]);
    expect(violations).toBe(0);
    expect(struck).toBeGreaterThan(10_000);
  });

  test("are the same for one seed, on any number of threads; another seed has others", {
    timeout: minutes(2),
  }, async () => {
    const one = await run({ seed: 5, nights: 14, workers: 1 });
    const two = await run({ seed: 5, nights: 14, workers: 2 });
    expect(two).toEqual(one);
    expect((await run({ seed: 6, nights: 14 })).hash).not.toBe(one.hash);
  });

  test("are as many as wanted, and a longer run begins with the same", () => {
    const all = planEpisodes(3, 500);
    expect(all.reduce((sum, { nights }) => sum + nights, 0)).toBe(500);
    expect(planEpisodes(3, 100).slice(0, -1)).toEqual(all.slice(0, planEpisodes(3, 100).length - 1));
  });
});

describe("fresh seeds", () => {
  const playTwo = async (fault?: string) => {
    const seeds = [11, 5, 17, 23];
    const heard: PlayedSeed[] = [];
    const last = await playFresh({
      nights: 12,
      fault,
      draw: () => seeds.shift() ?? 0,
      isOver: () => heard.length === 2,
      onSeed: (played) => heard.push(played),
    });
    return { heard, last };
  };

  test("are played one after the other until the time is over", { timeout: minutes(2) }, async () => {
    const { heard, last } = await playTwo();
    expect(heard.map(({ seed, violations }) => [seed, violations])).toEqual([
      [11, 0],
      [5, 0],
    ]);
    expect(last).toBe(heard[1]);
  });

  test("end with the first that shows a violation, with its episode", { timeout: minutes(2) }, async () => {
    const { heard, last } = await playTwo("doubt-is-no-effect");
    expect(heard.length).toBe(1);
    expect(last).toMatchObject({ seed: 11 });
    expect(last.broken[0]?.story.length).toBeGreaterThan(3);
  });
});

describe("draws", () => {
  const first = (what: string, whom: string, when: number) => drawsOf(7)(what, whom, when).fraction();

  test("have a stream of their own for each what, whom and when", () => {
    const streams = [
      first("outage", "alpha", 1),
      first("outage", "alpha", 2),
      first("outage", "beta", 1),
      first("edit", "alpha", 1),
      drawsOf(8)("outage", "alpha", 1).fraction(),
    ];
    expect(new Set(streams).size).toBe(streams.length);
    expect(first("outage", "alpha", 1)).toBe(streams[0]);
  });
});

/**
 * In these something was wrong with the product, or with what was expected of it (see docs/simulation.md); each is
 * played in the generation of the world in which it was found.
 */
const brokenOnce = [
  { seed: 826811778, nights: 3, world: 1 },
  { seed: 742923683, nights: 1, world: 1 },
  { seed: 3041207223, nights: 3, world: 1 },
  { seed: 2856506319, nights: 3, world: 1 },
  { seed: 1935078204, nights: 2, world: 1 },
  { seed: 3418433402, nights: 4, world: 1 },
  { seed: 1672548029, nights: 4, world: 1 },
  { seed: 586742114, nights: 2, world: 1 },
  { seed: 3742664074, nights: 3, world: 1 },
  { seed: 2160921044, nights: 2, world: 1 },
  { seed: 2687614271, nights: 3, world: 1 },
  { seed: 1419692324, nights: 4, world: 6 },
  { seed: 3706806711, nights: 4, world: 6 },
  { seed: 3657312497, nights: 4, world: 6 },
  { seed: 723575586, nights: 3, world: 6 },
  { seed: 1568432608, nights: 2, world: 6 },
  { seed: 3520362374, nights: 3, world: 6 },
  { seed: 2299752942, nights: 3, world: 6 },
  { seed: 3589216283, nights: 3, world: 6 },
];

test("episodes in which the product once failed are clean", { timeout: minutes(2) }, async () => {
  expect((await playAll(brokenOnce, {})).broken).toEqual([]);
});

describe("a mistake that is injected in the product", () => {
  test.each(faults)("$name still fits its place", ({ name }) => {
    expect(findBug(name).name).toBe(name);
  });

  test("names nothing that does not exist", () => {
    expect(() => findBug("no-such-fault")).toThrow("there is no fault no-such-fault");
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  });

  /** A few that show soon, one of each kind; `npm run simulate -- --faults` looks for all of them. */
  test.each(["post-without-looking", "own-by-name", "announce-early", "audit-without-looking"])(
    "%s is found",
    { timeout: minutes(4) },
    async (name) => {
      const found = await lookForBug(findBug(name), { seed: 1, nights: 300 });
      expect(found.night).toBeLessThanOrEqual(300);
    },
  );

  test("is told as a story: what broke, then the last events of whom it concerns, in order, with their times", {
    timeout: minutes(4),
  }, async () => {
    const { broken } = await run({ seed: 1, nights: 300, fault: "announce-early", stopAtFirst: true });
    const [{ violations, story } = { violations: [], story: [] }] = broken;
    expect(violations[0]?.what).toMatch(/is announced, and its job is in status 1$/);
    expect(story.length).toBeGreaterThan(3);
    expect(story.length).toBeLessThan(60);
    const times = story.map((line) => line.slice(0, 23));
    expect(times).toEqual([...times].sort());
    expect(story.at(-1)).toContain(violations[0]?.about[0]);
  });
});
