import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparePolicy } from "../../shared/policies/compare.ts";
import {
  type PolicyState,
  type Retention,
  tiers,
  toDefinition,
  toRetention,
} from "../../shared/policies/state.ts";
import { planRetention } from "../../shared/retention/plan.ts";

const base: PolicyState = {
  enabled: true,
  retention: toRetention({ max_backups: 10, day_backups: 5, timezone: "UTC+01:00" }),
  schedule: ["FREQ=DAILY;BYHOUR=1;BYMINUTE=0"],
};
const withRetention = (change: Partial<Retention>): PolicyState => ({
  ...base,
  retention: { ...base.retention, ...change },
});

describe("drift", () => {
  const longer: [string, PolicyState][] = [
    ["retention.max_backups", withRetention({ max_backups: 20 })],
    ["retention.retention_duration_days", withRetention({ retention_duration_days: 30 })],
    ["retention.day_backups", withRetention({ day_backups: 6 })],
    ["retention.week_backups", withRetention({ week_backups: 1 })],
    ["retention.month_backups", withRetention({ month_backups: 1 })],
    ["retention.year_backups", withRetention({ year_backups: 1 })],
    ["retention.full_backup_interval", withRetention({ full_backup_interval: 7 })],
    ["retention.max_backups", withRetention({ max_backups: -1 })],
  ];
  test.each(longer)("of %s that lengthens protection is found and fixed", (field, wanted) => {
    const { drift, fixed, pending } = comparePolicy(wanted, base);
    expect(drift.map((one) => [one.field, one.effect])).toEqual([[field, "lengthens"]]);
    expect(pending).toEqual([]);
    expect(comparePolicy(wanted, fixed).drift).toEqual([]);
  });

  test("of a schedule that only has more times is fixed where backups are not counted", () => {
    const actual = withRetention({ max_backups: -1, retention_duration_days: 30 });
    const wanted = { ...actual, schedule: ["FREQ=DAILY;BYHOUR=1,13;BYMINUTE=0"] };
    const { fixed, pending } = comparePolicy(wanted, actual);
    expect({ fixed, pending }).toEqual({ fixed: wanted, pending: [] });
  });

  test("of a policy that is disabled is fixed by enabling it", () => {
    const { fixed, pending } = comparePolicy(base, { ...base, enabled: false });
    expect({ fixed, pending }).toEqual({ fixed: base, pending: [] });
  });

  const shorter: [string, PolicyState, string][] = [
    ["retention.max_backups", withRetention({ max_backups: 9 }), "shortens"],
    ["retention.day_backups", withRetention({ day_backups: 4 }), "shortens"],
    ["retention.timezone", withRetention({ timezone: "UTC+08:00" }), "shortens"],
    ["schedule", { ...base, schedule: ["FREQ=DAILY;BYHOUR=2;BYMINUTE=0"] }, "shortens"],
    // Twice as many backups, of which only the newest ten are kept.
    ["schedule", { ...base, schedule: ["FREQ=DAILY;BYHOUR=1,13;BYMINUTE=0"] }, "shortens"],
    ["schedule", { ...base, schedule: ["FREQ=DAILY;INTERVAL=2;BYHOUR=1;BYMINUTE=0"] }, "shortens"],
    ["enabled", { ...base, enabled: false }, "disables"],
  ];
  test.each(shorter)("of %s that shortens protection is found and waits (%#)", (field, wanted, effect) => {
    const { drift, fixed, pending } = comparePolicy(wanted, base);
    expect(drift.map((one) => [one.field, one.effect])).toEqual([[field, effect]]);
    expect(pending).toEqual(drift);
    expect(comparePolicy(fixed, base).drift).toEqual([]);
  });

  test("in both directions is fixed in one and waits in the other", () => {
    const wanted = withRetention({ max_backups: 20, day_backups: 2, week_backups: 4 });
    const { fixed, pending } = comparePolicy(wanted, base);
    expect(fixed.retention).toMatchObject({ max_backups: 20, day_backups: 5, week_backups: 4 });
    expect(pending.map(({ field }) => field)).toEqual(["retention.day_backups"]);
  });

  test("from one limit to another keeps the old one until somebody approves", () => {
    const plain = { day_backups: 0, timezone: null };
    const wanted = withRetention({ ...plain, max_backups: -1, retention_duration_days: 30 });
    const { fixed, pending } = comparePolicy(wanted, withRetention(plain));
    expect(fixed.retention).toMatchObject({ max_backups: 10, retention_duration_days: 30 });
    expect(pending).toMatchObject([{ field: "retention.max_backups", wanted: "-1", actual: "10" }]);
  });

  test("from everything to a limit waits", () => {
    const actual = withRetention({ max_backups: -1 });
    expect(comparePolicy(base, actual).pending).toMatchObject([{ field: "retention.max_backups" }]);
  });

  test("is none where only the spelling differs", () => {
    const spelled = toRetention({
      max_backups: 10,
      day_backups: 5,
      week_backups: 0,
      // Zero is not in force either: host security answers it.
      retention_duration_days: 0,
      month_backups: null,
      timezone: "UTC+01:00",
    });
    expect(comparePolicy({ ...base, retention: spelled }, base).drift).toEqual([]);
  });
});

/** A backup so many hours before now: some days with several, some with none. */
const hoursBefore = fc.uniqueArray(fc.integer({ min: 1, max: 24 * 800 }), { minLength: 1, maxLength: 60 });
const limit = fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 40 }));
const tier = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6 }));
const retention = fc
  .record({
    max_backups: limit,
    retention_duration_days: limit,
    day_backups: tier,
    week_backups: tier,
    month_backups: tier,
    year_backups: tier,
    zone: fc.constantFrom("UTC+01:00", "UTC-09:00"),
  })
  .map(({ zone, ...fields }) => toRetention({ ...fields, timezone: zone }));

const now = Date.parse("2026-11-21T01:00:00Z");

function kept(of: Retention, hours: readonly number[]): Set<string> {
  const backups = hours.map((hour) => ({
    id: `b${hour}`,
    resource_id: "r",
    created_at: new Date(now - hour * 3_600_000).toISOString(),
  }));
  const { timezone, ...fields } = toDefinition(of);
  const inForce = tiers.some((name) => of[name] > 0);
  const policy = { ...fields, ...(inForce && timezone !== undefined && { timezone }) };
  const decisions = planRetention({ backups, policy, now: new Date(now).toISOString() });
  return new Set(decisions.filter(({ action }) => action === "keep").map(({ id }) => id));
}

test("what is fixed without asking keeps every backup that was kept before, whatever the backups are", () => {
  fc.assert(
    fc.property(retention, retention, hoursBefore, (wanted, actual, hours) => {
      const state = (of: Retention): PolicyState => ({ enabled: true, schedule: [], retention: of });
      const { fixed, pending } = comparePolicy(state(wanted), state(actual));
      const before = kept(actual, hours);
      const after = kept(fixed.retention, hours);
      expect([...before].filter((id) => !after.has(id))).toEqual([]);
      if (pending.length === 0) expect(comparePolicy(state(wanted), fixed).drift).toEqual([]);
      // A second look at the fixed policy finds nothing more that may be sent.
      expect(comparePolicy(comparePolicy(state(wanted), fixed).fixed, fixed).drift).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
