import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { UnreadableItem } from "../../shared/api/list.ts";
import type { Backup } from "../../shared/api/operations/cbr/backup.ts";
import type { Hold } from "../../shared/control/hold.ts";
import { decidePrune } from "../../shared/prune/decide.ts";
import type { PruneDecision } from "../../shared/prune/decision.ts";
import { parseRetentionPolicy } from "../../shared/retention/policy.ts";
import { plan, settle } from "../../shared/work/transitions.ts";
import { type Fact, mayGo, type Setting } from "./oracle.ts";

const now_ms = Date.parse("2026-11-21T09:00:00Z");
const runs = 5_000;

const usually = <T>(value: T, ...others: T[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(value) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

const fact: fc.Arbitrary<Omit<Fact, "id">> = fc.record({
  resource_id: fc.constantFrom("r1", "r2", "r3"),
  // Hours, so that equal times and exact limits occur.
  at_ms: fc.integer({ min: -3, max: 24 * 40 }).map((hours) => now_ms - hours * 3_600_000),
  status: usually("available", "error", "restoring", "waiting_delete", "something-new"),
  children: fc.array(usually("available", "error"), { maxLength: 2 }),
  automatic: usually(false, true),
  expires_ms: fc.option(
    fc.integer({ min: -48, max: 24 * 20 }).map((hours) => now_ms - hours * 3_600_000),
    { nil: undefined },
  ),
  isImage: usually(false, true),
  isChild: usually(false, true),
  isOurs: usually(true, false),
  isForeign: usually(false, true),
  isShared: usually(false, true),
  isHeld: usually(false, true),
});

const facts = fc
  .array(fact, { maxLength: 30 })
  .map((some) => some.map((one, index) => ({ ...one, id: `b${String(index).padStart(3, "0")}` })));

const setting: fc.Arbitrary<Setting> = fc.record({
  now_ms: fc.constant(now_ms),
  vault: fc.record({
    held: usually(false, true),
    locked: usually(false, true),
    status: usually("available", "frozen", "deleting"),
    resources: fc.constantFrom(new Set(["r1", "r2", "r3"]), new Set(["r1", "r2"]), new Set(["r1"])),
  }),
  elsewhere: fc.constantFrom(new Set<string>(), new Set(["r3"])),
  slotOpen: usually(false, true),
  max_backups: fc.constantFrom(-1, 1, 2, 5),
  retention_duration_days: fc.constantFrom(-1, 1, 10),
  week_backups: fc.constantFrom(0, 1, 3),
  minimum: fc.constantFrom(1, 1, 2, 4),
  objective_hours: fc.constantFrom(4, 26, 1000),
  native: fc.boolean(),
  orphan_days: fc.constantFrom(undefined, 1, 10),
});

const time = (at_ms: number) => new Date(at_ms).toISOString().slice(0, 23);

function toBackup(one: Fact): Backup {
  return {
    ...{ id: one.id, name: "vigil-x-1", status: one.status, resource_id: one.resource_id, vault_id: "v1" },
    ...{ created_at: time(one.at_ms), updated_at: null, protected_at: null, resource_name: null },
    expired_at: one.expires_ms === undefined ? null : time(one.expires_ms),
    checkpoint_id: one.isOurs ? "ours" : "theirs",
    resource_type: "OS::Nova::Server",
    parent_id: one.isChild ? "another" : null,
    project_id: one.isForeign ? "p2" : "p1",
    extend_info: {
      auto_trigger: one.automatic,
      incremental: null,
      os_images_data: one.isImage ? [{ image_id: "i1" }] : null,
    },
    children: one.children.map((status, index) => ({
      ...{ id: `${one.id}-${index}`, status, created_at: time(one.at_ms), resource_id: "disk" },
      ...{ resource_type: "OS::Cinder::Volume", name: null, expired_at: null, protected_at: null },
      ...{ updated_at: null, checkpoint_id: null, vault_id: null, resource_name: null, parent_id: one.id },
    })),
  };
}

function decide(all: readonly Fact[], given: Setting, unreadable: readonly UnreadableItem[] = []) {
  const { vault, max_backups, retention_duration_days, week_backups, orphan_days } = given;
  const done = settle(plan(0), { now_ms: 0, outcome: "done" });
  const attempt = { attempt: 1, name: "vigil-x-1", checkpoint_id: "ours", at_ms: 0, resources: [] };
  const holds = all
    .filter(({ isHeld }) => isHeld)
    .map(
      ({ id }): Hold => ({ id, target: id, whole: null, reason: "", placed_at_ms: 0, released_at_ms: null }),
    );
  return decidePrune({
    backups: all.map(toBackup),
    unreadable,
    ...{ project_id: "p1", vault_id: "v1", holds, now_ms, elsewhere: given.elsewhere },
    until_ms: now_ms,
    vault: { ...vault, resources: [...vault.resources] },
    slots: [
      { attempts: [attempt], work: done },
      { attempts: [], work: given.slotOpen ? plan(0) : done },
    ],
    shared: new Set(all.filter(({ isShared }) => isShared).map(({ id }) => id)),
    policy: {
      mode: "delete",
      retentions: [
        parseRetentionPolicy({ max_backups, retention_duration_days, week_backups, timezone: "UTC" }),
      ],
      minimum_good_backups: given.minimum,
      recovery_point_objective_hours: given.objective_hours,
      largest_share: 1,
      native_automatic: given.native,
      orphans: orphan_days === undefined ? undefined : { delete_after_days: orphan_days },
    },
  });
}

const isDelete = ({ action }: PruneDecision) => action === "delete";

const toDelete = (all: readonly Fact[], given: Setting) =>
  decide(all, given)
    .filter(isDelete)
    .map(({ id }) => id)
    .sort();

describe("what may be deleted from a vault", () => {
  test("is exactly what an independent definition allows", () => {
    fc.assert(
      fc.property(facts, setting, (all, given) => {
        expect(toDelete(all, given)).toEqual([...mayGo(all, given)].sort());
      }),
      { numRuns: runs },
    );
  });

  test("does not depend on the order of the listing", () => {
    fc.assert(
      fc.property(facts, setting, (all, given) => {
        expect(toDelete([...all].reverse(), given)).toEqual(toDelete(all, given));
      }),
      { numRuns: runs },
    );
  });

  test("is nothing of a resource with a backup that cannot be read, and nothing at all when nobody knows whose it is", () => {
    const unreadable = (raw: unknown) => [{ operation: "listBackups", id: "odd", problem: "it is odd", raw }];
    fc.assert(
      fc.property(facts, setting, (all, given) => {
        const clear = decide(all, given);
        const unclear = decide(all, given, unreadable({ id: "odd", resource_id: "r1" }));
        expect(unclear.filter(isDelete)).toEqual(
          clear.filter((one) => isDelete(one) && one.resource_id !== "r1"),
        );
        expect(decide(all, given, unreadable({ id: "odd" })).filter(isDelete)).toEqual([]);
      }),
      { numRuns: runs },
    );
  });

  test("never leaves a resource without as many good backups of ours as it must keep, if it had them", () => {
    fc.assert(
      fc.property(facts, setting, (all, given) => {
        const gone = new Set(toDelete(all, given));
        for (const resource_id of ["r1", "r2", "r3"]) {
          const good = all.filter(
            (one) =>
              one.resource_id === resource_id &&
              one.isOurs &&
              !one.automatic &&
              !one.isForeign &&
              !one.isChild &&
              one.status === "available" &&
              one.children.every((status) => status === "available") &&
              one.at_ms <= now_ms,
          );
          const left = good.filter(({ id }) => !gone.has(id)).length;
          expect(left).toBeGreaterThanOrEqual(Math.min(good.length, given.minimum));
        }
      }),
      { numRuns: runs },
    );
  });

  test("comes with one decision for each backup, in the order of the listing, and a reason for each", () => {
    fc.assert(
      fc.property(facts, setting, (all, given) => {
        const decisions = decide(all, given);
        expect(decisions.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
        for (const { action, code, reason, fingerprint } of decisions) {
          expect(reason).toMatch(/\w+ \w+/);
          expect(code === "expired").toBe(action === "delete");
          expect(fingerprint !== undefined).toBe(action === "delete");
        }
      }),
      { numRuns: runs },
    );
  });
});
