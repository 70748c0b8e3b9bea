import { describe, expect, test } from "vitest";
import { parseEstate } from "../../shared/estate/check.ts";
import { NotInEstate } from "../../shared/estate/find.ts";
import { NoPrunePolicy, prunePolicy } from "../../shared/prune/policy.ts";
import { exampleEstate } from "../infra/example-estate.ts";

const now_ms = Date.parse("2026-11-21T09:00:00Z");
const schedule = { cron: "0 9 * * *" };
const retention = { max_backups: 3 };

function estate(prune: object | undefined, ...rules: (object | undefined)[]) {
  const [project] = exampleEstate.projects;
  if (!project) throw new Error("the example estate is empty");
  const [rule] = project.checkpoints;
  const checkpoints = rules.map((rulePrune, index) => ({
    ...rule,
    name: `rule-${index}`,
    schedule: { cron: `0 ${index + 4} * * *` },
    recovery_point_objective_hours: 20 + index,
    prune: rulePrune,
  }));
  return parseEstate({ name: "test", projects: [{ ...project, checkpoints, prune }] }, now_ms);
}

describe("the estate's words on pruning", () => {
  test("are filled in with the careful choice: report only, at least one good backup, a quarter at most", () => {
    const [project] = estate({ schedule }, { retention }).projects;
    expect(project?.prune).toEqual({
      ...{ schedule, mode: "report", hold_tag: "vigil-hold", native_automatic: false },
    });
    expect(project?.checkpoints[0]?.prune).toMatchObject({ minimum_good_backups: 1, largest_share: 0.25 });
  });

  test.each([
    [
      "a rule without the project's schedule",
      undefined,
      { retention },
      /checkpoints\[0\]\.prune: the project has no prune section/,
    ],
    ["a schedule without a rule", { schedule }, undefined, /prune: no checkpoint rule has a prune section/],
    ["no retention", { schedule }, {}, /checkpoints\[0\]\.prune\.retention/],
    [
      "tiers without a zone",
      { schedule },
      { retention: { max_backups: 1, day_backups: 2 } },
      /prune\.retention\.timezone/,
    ],
    [
      "a retention of zero backups",
      { schedule },
      { retention: { max_backups: 0 } },
      /prune\.retention\.max_backups/,
    ],
    [
      "an unknown retention field",
      { schedule },
      { retention: { max_days: 3 } },
      /prune\.retention.*max_days/,
    ],
    ["no good backup to keep", { schedule }, { retention, minimum_good_backups: 0 }, /minimum_good_backups/],
    ["a share of nothing", { schedule }, { retention, largest_share: 0 }, /largest_share/],
    ["an unknown mode", { schedule, mode: "dry-run" }, { retention }, /prune\.mode/],
    ["orphans without an age", { schedule, orphans: {} }, { retention }, /orphans\.delete_after_days/],
    [
      "a time in the spring gap",
      { schedule: { cron: "30 2 * * *" } },
      { retention },
      /prune\.schedule\.cron: Europe\/Berlin skips/,
    ],
  ])("are refused: %s", (_name, prune, rule, problem) => {
    expect(() => estate(prune, rule)).toThrow(problem);
  });
});

describe("what several rules say about one vault", () => {
  test("is joined so that the strictest of each holds, and every rule's retention is asked", () => {
    const [project] = estate(
      { schedule, mode: "delete" },
      { retention, minimum_good_backups: 3, largest_share: 0.5 },
      { retention: { max_backups: 9 }, largest_share: 0.1 },
    ).projects;
    if (!project) throw new Error("there is no project");
    expect(prunePolicy(project, ["rule-0", "rule-1"])).toMatchObject({
      ...{ mode: "delete", minimum_good_backups: 3, largest_share: 0.1 },
      recovery_point_objective_hours: 20,
      retentions: [{ max_backups: 3 }, { max_backups: 9 }],
    });
    expect(() => prunePolicy(project, ["rule-0", "rule-7"])).toThrow(NotInEstate);
  });

  test("is nothing that may be deleted when one of them has no prune section", () => {
    const [project] = estate({ schedule }, { retention }, undefined).projects;
    if (!project) throw new Error("there is no project");
    expect(() => prunePolicy(project, ["rule-0", "rule-1"])).toThrow(NoPrunePolicy);
  });
});
