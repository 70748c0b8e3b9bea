import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlannableBackup } from "../../shared/retention/backup.ts";
import { planRetention } from "../../shared/retention/plan.ts";
import type { RetentionPolicyInput } from "../../shared/retention/policy.ts";
import { backupsIn, policies, policiesInForce, RUNS, scenes } from "./arbitraries.ts";
import { instant, isGood, isNewer, oracle } from "./oracle.ts";

const cases = scenes.chain((scene) =>
  fc.record({ scene: fc.constant(scene), backups: backupsIn(scene), policy: policies }),
);

function keptIds(
  backups: readonly PlannableBackup[],
  policy: RetentionPolicyInput,
  now: number,
): Set<string> {
  const decisions = planRetention({ backups, policy, now });
  return new Set(decisions.filter(({ action }) => action === "keep").map(({ id }) => id));
}

test("the planner decides as the plain definition does", () => {
  fc.assert(
    fc.property(cases, ({ scene: { now_ms }, backups, policy }) => {
      const decided = planRetention({ backups, policy, now: now_ms });
      expect(new Map(decided.map(({ id, action }) => [id, action]))).toEqual(oracle(backups, policy, now_ms));
    }),
    RUNS,
  );
});

test("every decision stands where its backup stood, with at least one reason", () => {
  fc.assert(
    fc.property(cases, ({ scene: { now_ms }, backups, policy }) => {
      const decided = planRetention({ backups, policy, now: now_ms });
      expect(decided.map(({ id }) => id)).toEqual(backups.map(({ id }) => id));
      for (const { reasons } of decided) expect(reasons.join("; ")).toMatch(/^\S.*\S$/);
    }),
    RUNS,
  );
});

test("the order of the input does not matter", () => {
  const shuffled = cases.chain((one) =>
    fc.record({
      one: fc.constant(one),
      other: fc.shuffledSubarray(one.backups, {
        minLength: one.backups.length,
        maxLength: one.backups.length,
      }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ one: { scene, backups, policy }, other }) => {
      const byId = (list: readonly PlannableBackup[]) =>
        new Map(
          planRetention({ backups: list, policy, now: scene.now_ms }).map((decision) => [
            decision.id,
            decision,
          ]),
        );
      expect(byId(other)).toEqual(byId(backups));
    }),
    RUNS,
  );
});

test("a resource's decisions do not depend on other resources", () => {
  fc.assert(
    fc.property(cases, ({ scene: { now_ms }, backups, policy }) => {
      const together = keptIds(backups, policy, now_ms);
      const servers = backups.filter(({ resource_id }) => resource_id === "server");
      const alone = keptIds(servers, policy, now_ms);
      expect(alone).toEqual(new Set(servers.map(({ id }) => id).filter((id) => together.has(id))));
    }),
    RUNS,
  );
});

const LOWERABLE = [
  "max_backups",
  "retention_duration_days",
  "day_backups",
  "week_backups",
  "month_backups",
  "year_backups",
  "failed_retention_days",
] as const;

/** A policy and a stricter one: some numbers that are in force are lowered, but none so far as to go out of force. */
const stricterPairs = fc
  .tuple(policiesInForce, fc.array(fc.tuple(fc.constantFrom(...LOWERABLE), fc.integer({ min: 1, max: 50 }))))
  .map(([policy, changes]) => {
    const stricter = { ...policy };
    for (const [name, by] of changes) {
      const value = stricter[name] ?? -1;
      if (value > 0) stricter[name] = Math.max(1, value - by);
    }
    return { policy, stricter };
  });

test("a stricter policy never keeps more", () => {
  const pairs = scenes.chain((scene) =>
    fc.record({ scene: fc.constant(scene), backups: backupsIn(scene), pair: stricterPairs }),
  );
  fc.assert(
    fc.property(pairs, ({ scene: { now_ms }, backups, pair: { policy, stricter } }) => {
      const more = keptIds(backups, policy, now_ms);
      const fewer = keptIds(backups, stricter, now_ms);
      expect([...fewer].filter((id) => !more.has(id))).toEqual([]);
    }),
    RUNS,
  );
});

test("taking a tier out of force never keeps more", () => {
  const TIER_NAMES = ["day_backups", "week_backups", "month_backups", "year_backups"] as const;
  const pairs = scenes.chain((scene) =>
    fc.record({
      scene: fc.constant(scene),
      backups: backupsIn(scene),
      policy: policiesInForce,
      tier: fc.constantFrom(...TIER_NAMES),
    }),
  );
  fc.assert(
    fc.property(pairs, ({ scene: { now_ms }, backups, policy, tier }) => {
      const more = keptIds(backups, policy, now_ms);
      const fewer = keptIds(backups, { ...policy, [tier]: 0 }, now_ms);
      expect([...fewer].filter((id) => !more.has(id))).toEqual([]);
    }),
    RUNS,
  );
});

test("adding a newer good backup never makes the newest good one expire", () => {
  const growing = scenes.chain((scene) =>
    fc.record({
      scene: fc.constant(scene),
      backups: backupsIn(scene, { minLength: 1 }),
      policy: policies,
      age_ms: fc.integer({ min: 0, max: Math.ceil(scene.span_ms / 10) }),
    }),
  );
  fc.assert(
    fc.property(growing, ({ scene: { now_ms }, backups, policy, age_ms }) => {
      const newest = newestGood(backups, now_ms);
      fc.pre(newest !== undefined);
      const before = keptIds(backups, policy, now_ms);
      const added = { ...newest, id: "zzzzz", created_at: new Date(now_ms - age_ms).toISOString() };
      fc.pre(isNewer(added, newest));
      const after = keptIds([...backups, added], policy, now_ms);
      if (before.has(newest.id)) expect(after).toContain(added.id);
    }),
    RUNS,
  );
});

function newestGood(backups: readonly PlannableBackup[], now_ms: number): PlannableBackup | undefined {
  const good = backups.filter(
    (backup) =>
      backup.resource_id === "server" && isGood(backup) && instant(backup).epochMilliseconds <= now_ms,
  );
  return good.reduce<PlannableBackup | undefined>(
    (best, backup) => (best && isNewer(best, backup) ? best : backup),
    undefined,
  );
}
