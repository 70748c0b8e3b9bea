import { describe, expect, test } from "vitest";
import type { PlannableBackup } from "../../shared/retention/backup.ts";
import { planRetention } from "../../shared/retention/plan.ts";
import type { RetentionPolicyInput } from "../../shared/retention/policy.ts";
import { noLimit } from "../../shared/retention/rules.ts";

const NOW = "2026-11-20T08:00:00Z";
const DAY_MS = 86_400_000;

function daysAgo(days: number, fields: Partial<PlannableBackup> = {}): PlannableBackup {
  const created_at = new Date(Date.parse(NOW) - days * DAY_MS).toISOString();
  return { id: `${days} days`, resource_id: "server", created_at, ...fields };
}

function plan(backups: readonly PlannableBackup[], policy: RetentionPolicyInput) {
  return planRetention({ backups, policy, now: NOW }).map(({ id, action, reasons }) => [
    id,
    action,
    ...reasons,
  ]);
}

describe("good backups", () => {
  test("are those whose status is available or absent, with every child available", () => {
    const backups = [
      daysAgo(1, { status: "available" }),
      daysAgo(2),
      daysAgo(3, { status: null, children: null }),
      daysAgo(4, { children: [] }),
      daysAgo(5, { children: [{ status: "available" }, {}, { children: [{ status: "available" }] }] }),
      daysAgo(6),
    ];
    expect(plan(backups, { max_backups: 5 })).toEqual([
      ["1 days", "keep", "among the newest 5"],
      ["2 days", "keep", "among the newest 5"],
      ["3 days", "keep", "among the newest 5"],
      ["4 days", "keep", "among the newest 5"],
      ["5 days", "keep", "among the newest 5"],
      ["6 days", "expire", "not among the newest 5"],
    ]);
  });

  test("are the only ones that fill a rule", () => {
    const backups = [
      daysAgo(-1),
      daysAgo(1, { status: "error" }),
      daysAgo(2, { children: [{ status: "available" }, { status: "error" }] }),
      daysAgo(3, { status: "deleting" }),
      daysAgo(4),
      daysAgo(5),
    ];
    expect(plan(backups, { max_backups: 1, year_backups: 1, timezone: "UTC" })).toEqual([
      ["-1 days", "keep", "kept: created after now, so it counts for no rule yet"],
      ["1 days", "keep", "failed: kept until it is 7 days old"],
      ["2 days", "keep", "partial (a child backup is not available): kept until it is 7 days old"],
      ["3 days", "keep", "kept: its status is deleting, neither available nor error"],
      ["4 days", "keep", "the newest", "newest of year 2026"],
      ["5 days", "expire", "not the newest and in no tier"],
    ]);
  });

  test("of one time are ordered by their microseconds, then by their ids", () => {
    const at = (id: string, created_at: string) => ({ id, resource_id: "server", created_at });
    const kept = (...backups: PlannableBackup[]) =>
      planRetention({ backups, policy: { max_backups: 1 }, now: NOW }).find(({ action }) => action === "keep")
        ?.id;
    expect(kept(at("a", "2026-11-19T01:00:00Z"), at("b", "2026-11-19T01:00:00.000000"))).toBe("b");
    expect(kept(at("b", "2026-11-19T01:00:00Z"), at("a", "2026-11-19T01:00:00.000000"))).toBe("b");
    expect(kept(at("a", "2026-11-19T01:00:00.000001"), at("b", "2026-11-19T01:00:00Z"))).toBe("a");
    expect(kept(at("b", "2026-11-19T01:00:00Z"), at("a", "2026-11-19T01:00:00.000001"))).toBe("a");
    expect(kept(at("b", "2026-11-19T01:00:00.001000"), at("a", "2026-11-19T01:00:00.000999"))).toBe("b");
  });

  test("are counted for each resource by itself", () => {
    const backups = [daysAgo(1), daysAgo(2), daysAgo(3, { resource_id: "volume" })];
    expect(plan(backups, { max_backups: 1 })).toEqual([
      ["1 days", "keep", "the newest"],
      ["2 days", "expire", "not the newest"],
      ["3 days", "keep", "the newest"],
    ]);
  });
});

describe("failed and partial backups", () => {
  const partial = { children: [{ status: "error" }] };

  test("are kept for a week, strictly, unless the policy says otherwise", () => {
    const almost = { created_at: "2026-11-13T08:00:00.001000" };
    const backups = [
      daysAgo(7, { status: "error", id: "failed" }),
      daysAgo(7, { ...almost, status: "error", id: "failed, younger" }),
      daysAgo(7, { ...partial, id: "partial" }),
      daysAgo(7, { ...partial, ...almost, id: "partial, younger" }),
    ];
    expect(plan(backups, { max_backups: 1 })).toEqual([
      ["failed", "expire", "failed and older than 7 days"],
      ["failed, younger", "keep", "failed: kept until it is 7 days old"],
      ["partial", "expire", "partial (a child backup is not available) and older than 7 days"],
      ["partial, younger", "keep", "partial (a child backup is not available): kept until it is 7 days old"],
    ]);
    expect(plan(backups.slice(0, 2), { max_backups: 1, failed_retention_days: 1 })).toEqual([
      ["failed", "expire", "failed and older than 1 day"],
      ["failed, younger", "expire", "failed and older than 1 day"],
    ]);
  });

  test("are not kept by a rule that would keep a good one", () => {
    const backups = [daysAgo(10, { status: "error" }), daysAgo(11, partial)];
    const policy = { max_backups: 9, retention_duration_days: 99, year_backups: 9, timezone: "UTC" };
    expect(plan(backups, policy).map(([, action]) => action)).toEqual(["expire", "expire"]);
  });

  test("are partial whatever the child's trouble, and however deep", () => {
    const backups = [
      daysAgo(10, { children: [{ status: "protecting" }] }),
      daysAgo(11, { children: [{ children: [{ status: "error" }] }] }),
    ];
    expect(plan(backups, { max_backups: 9 }).map(([, , reason]) => reason)).toEqual([
      "partial (a child backup is not available) and older than 7 days",
      "partial (a child backup is not available) and older than 7 days",
    ]);
  });
});

test("a backup in any other state is left alone, however old and whatever its children", () => {
  const backups = [
    daysAgo(1000, { status: "protecting" }),
    daysAgo(1001, { status: "restoring", children: [{ status: "error" }] }),
    daysAgo(1002, { status: "something new" }),
  ];
  expect(plan(backups, { max_backups: 1 })).toEqual([
    ["1000 days", "keep", "kept: its status is protecting, neither available nor error"],
    ["1001 days", "keep", "kept: its status is restoring, neither available nor error"],
    ["1002 days", "keep", "kept: its status is something new, neither available nor error"],
  ]);
});

test("a backup made at this very moment counts; one made a millisecond later does not yet", () => {
  const backups = [
    daysAgo(0, { id: "now", created_at: NOW }),
    daysAgo(0, { id: "next", created_at: "2026-11-20T08:00:00.001000" }),
    daysAgo(0, { id: "failed next", created_at: "2026-11-20T08:00:00.001000", status: "error" }),
  ];
  expect(plan(backups, { max_backups: 1 })).toEqual([
    ["now", "keep", "the newest"],
    ["next", "keep", "kept: created after now, so it counts for no rule yet"],
    ["failed next", "keep", "kept: created after now, so it counts for no rule yet"],
  ]);
});

describe("the rules without which everything is kept", () => {
  const everything = `kept: no retention rule is in force (${noLimit})`;

  test.each<[string, RetentionPolicyInput]>([
    ["nothing in force", {}],
    ["both -1", { max_backups: -1, retention_duration_days: -1 }],
    ["only tiers in force", { day_backups: 1, year_backups: 1, timezone: "UTC" }],
  ])("%s: even failed backups stay", (_, policy) => {
    expect(plan([daysAgo(1), daysAgo(900), daysAgo(901, { status: "error" })], policy)).toEqual([
      ["1 days", "keep", everything],
      ["900 days", "keep", everything],
      ["901 days", "keep", everything],
    ]);
  });

  test("either is enough", () => {
    const backups = [daysAgo(1), daysAgo(3)];
    expect(plan(backups, { max_backups: 1 })[1]).toEqual(["3 days", "expire", "not the newest"]);
    expect(plan(backups, { retention_duration_days: 3 })[1]).toEqual([
      "3 days",
      "expire",
      "older than 3 days",
    ]);
  });
});

test("every rule that keeps a backup is named, and every rule in force that does not", () => {
  const policy = {
    max_backups: 2,
    retention_duration_days: 30,
    day_backups: 1,
    week_backups: 1,
    month_backups: 1,
    year_backups: 1,
    timezone: "UTC",
  };
  const backups = [daysAgo(1), daysAgo(2), daysAgo(3), daysAgo(60), daysAgo(61)];
  expect(plan(backups, policy)).toEqual([
    [
      "1 days",
      "keep",
      "among the newest 2",
      "younger than 30 days",
      "newest of day 2026-11-19",
      "newest of week 2026-W47",
      "newest of month 2026-11",
      "newest of year 2026",
    ],
    ["2 days", "keep", "among the newest 2", "younger than 30 days"],
    ["3 days", "keep", "younger than 30 days"],
    ["60 days", "expire", "not among the newest 2, older than 30 days and in no tier"],
    ["61 days", "expire", "not among the newest 2, older than 30 days and in no tier"],
  ]);
  const reason = (fields: RetentionPolicyInput) => plan(backups, fields)[4]?.[2];
  expect(reason({ retention_duration_days: 30, week_backups: 2, timezone: "UTC" })).toBe(
    "older than 30 days and in no tier",
  );
  expect(reason({ max_backups: 1, retention_duration_days: 1 })).toBe("not the newest and older than 1 day");
  expect(reason({ max_backups: 3, month_backups: 1, timezone: "UTC" })).toBe(
    "not among the newest 3 and in no tier",
  );
});

test("decisions are not the caller's to change: they share their reasons", () => {
  const [first, second] = planRetention({
    backups: [daysAgo(1), daysAgo(1, { id: "other", resource_id: "volume" })],
    policy: { max_backups: 1 },
    now: NOW,
  });
  expect(first?.reasons).toBe(second?.reasons);
  expect(Object.isFrozen(first?.reasons)).toBe(true);
});

test("now may be a timestamp, epoch milliseconds or a Date", () => {
  const backups = [daysAgo(0, { created_at: "2026-11-19T08:00:00Z" })];
  const policy = { retention_duration_days: 1 };
  const action = (now: string | number | Date) => planRetention({ backups, policy, now })[0]?.action;
  expect(action("2026-11-20T07:59:59.999")).toBe("keep");
  for (const now of ["2026-11-20T08:00:00.000", NOW, "2026-11-20T16:00:00+08:00"])
    expect(action(now)).toBe("expire");
  for (const now of [Date.parse(NOW) - 1, Date.parse(NOW) - 0.5, new Date(Date.parse(NOW) - 1)]) {
    expect(action(now)).toBe("keep");
  }
  for (const now of [Date.parse(NOW), new Date(NOW)]) expect(action(now)).toBe("expire");
});

test("nothing to plan is no mistake", () => {
  expect(plan([], { max_backups: 1 })).toEqual([]);
});
