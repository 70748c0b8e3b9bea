import { describe, expect, test } from "vitest";
import { protectedBy } from "../../shared/checkpoints/protection.ts";
import { type SeenTask, settleSlot } from "../../shared/checkpoints/settle-slot.ts";
import { type Slot, slotRecord } from "../../shared/checkpoints/slot.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { summarizeNight } from "../../shared/report/night.ts";
import { accept, claim, plan, settle } from "../../shared/work/transitions.ts";

const due_ms = Date.parse("2026-11-21T01:00:00Z");
const minutes = (n: number) => due_ms + n * 60_000;

function slot(change: Partial<Slot> = {}): Slot {
  const claimed = claim(plan(due_ms), { by: "test", now_ms: due_ms, lease_ms: 210_000 });
  return {
    project: "demo",
    deployment: "test",
    rule: "nightly",
    vault_id: "v1",
    vault_name: "vault-1",
    scheduled_at: "2026-11-21T01:00:00Z",
    deadline_at_ms: minutes(240),
    after: null,
    incremental: true,
    resources: ["r1", "r2"],
    named: false,
    work: accept(claimed, { id: "c1", now_ms: due_ms, adopted: false }),
    attempts: [{ attempt: 1, name: "n-1", checkpoint_id: "c1", at_ms: due_ms, resources: ["r1", "r2"] }],
    covered: {},
    failure: {},
    ...change,
  };
}

const task = (resource_id: string, status: string, code?: string): SeenTask => ({
  checkpoint_id: "c1",
  resource_id,
  status,
  backup_id: `b-${resource_id}`,
  code,
  message: code && `message of ${code}`,
});

const complete = (tasks: SeenTask[]) => ({ tasks, complete: true });
const moved = (tasks: SeenTask[]) => ({ tasks, complete: false });

describe("a slot whose attempt was accepted", () => {
  test("stays open while a task runs, and remembers what is covered already", () => {
    const settled = settleSlot(slot(), complete([task("r1", "success"), task("r2", "running")]), minutes(5));
    expect(settled.work.state).toBe("accepted");
    expect(settled.covered).toEqual({ r1: "b-r1" });
  });

  test("is the same object when nothing is new", () => {
    const before = slot();
    expect(settleSlot(before, complete([task("r1", "running"), task("r2", "waiting")]), minutes(5))).toBe(
      before,
    );
  });

  test("is done when every resource has its backup", () => {
    const settled = settleSlot(slot(), complete([task("r1", "success"), task("r2", "success")]), minutes(9));
    expect(settled.work.settled).toMatchObject({ outcome: "done" });
  });

  test("gets another attempt, for what is missing only, when a task failed", () => {
    const settled = settleSlot(
      slot(),
      complete([task("r1", "success"), task("r2", "failed", "BackupService.7504")]),
      minutes(9),
    );
    expect(settled.work).toMatchObject({ state: "planned", attempt: 2 });
    expect(settled.work.not_before_ms).toBeGreaterThan(minutes(9));
    expect(settled.failure).toMatchObject({ r2: { code: "BackupService.7504", final: false } });
  });

  test.each(["timeout", "skipped"])("gets another attempt when a task ended as %s", (status) => {
    const settled = settleSlot(slot(), complete([task("r1", "success"), task("r2", status)]), minutes(9));
    expect(settled.work).toMatchObject({ state: "planned", attempt: 2 });
    expect(settled.failure.r2?.code).toBe(status);
  });

  test("is partial when the provider will never back a resource up", () => {
    const settled = settleSlot(
      slot(),
      complete([task("r1", "success"), task("r2", "failed", "BackupService.7109")]),
      minutes(9),
    );
    expect(settled.work.settled).toMatchObject({ outcome: "partial", code: "BackupService.7109" });
  });

  test("is failed when the provider will never back any of them up", () => {
    const codes = [task("r1", "failed", "BackupService.7109"), task("r2", "failed", "BackupService.7109")];
    expect(settleSlot(slot(), complete(codes), minutes(9)).work.settled).toMatchObject({ outcome: "failed" });
  });

  test("is given up when the deadline leaves no time for another attempt", () => {
    const failed = [task("r1", "failed"), task("r2", "failed")];
    expect(settleSlot(slot(), complete(failed), minutes(238)).work.settled).toMatchObject({
      outcome: "given-up",
    });
  });

  test("is stuck, never done, when a task runs past its limit", () => {
    const settled = settleSlot(
      slot(),
      complete([task("r1", "success"), task("r2", "running")]),
      minutes(13 * 60),
    );
    expect(settled.work.settled).toMatchObject({ outcome: "stuck" });
  });

  test("waits for a task that no list shows yet, then takes it that there is none", () => {
    expect(settleSlot(slot(), complete([task("r1", "success")]), minutes(5)).work.state).toBe("accepted");
    const settled = settleSlot(slot(), complete([task("r1", "success")]), minutes(15));
    expect(settled.work).toMatchObject({ state: "planned", attempt: 2 });
    expect(settled.failure.r2?.code).toBe("no-task");
  });

  test("waits for a task that a list which moved does not show, and is not called stuck for it", () => {
    const before = slot();
    expect(settleSlot(before, moved([task("r1", "running")]), minutes(13 * 60))).toBe(before);
    const later = settleSlot(
      before,
      complete([task("r1", "success"), task("r2", "success")]),
      minutes(13 * 60 + 5),
    );
    expect(later.work.settled).toMatchObject({ outcome: "done" });
  });

  test("is stuck when for two days no list that lacks the task was complete", () => {
    const settled = settleSlot(slot(), moved([task("r1", "success")]), minutes(48 * 60 + 1));
    expect(settled.work.settled).toMatchObject({ outcome: "stuck" });
    expect(settled.covered).toEqual({ r1: "b-r1" });
  });

  test("waits while a task is in a status that is not documented, and says so", () => {
    const seen = complete([task("r1", "success"), task("r2", "paused")]);
    const settled = settleSlot(slot(), seen, minutes(9));
    expect(settled.work).toMatchObject({ state: "accepted", attempt: 1 });
    expect(settled.failure).toEqual({
      r2: {
        code: "unknown-status",
        reason: 'the status "paused" of its task is not documented',
        attempt: 1,
        final: false,
      },
    });
    expect(settleSlot(settled, seen, minutes(10))).toBe(settled);
    const running = settleSlot(settled, complete([task("r2", "running")]), minutes(11));
    expect(running.failure).toEqual({});
    expect(settleSlot(settled, seen, minutes(13 * 60)).work.settled).toMatchObject({ outcome: "stuck" });
  });

  test("waits while a task that succeeded names no backup: another attempt might make a second one", () => {
    const unnamed = { ...task("r2", "success"), backup_id: undefined };
    const settled = settleSlot(slot(), complete([task("r1", "success"), unnamed]), minutes(9));
    expect(settled.work).toMatchObject({ state: "accepted", attempt: 1 });
    expect(settled.failure.r2?.code).toBe("unknown-status");
  });
});

describe("a vault of which some resources are covered", () => {
  test("is not available when the deadline came before the others were, and its night is not met", () => {
    const seen = complete([task("r1", "success"), task("r2", "failed", "BackupService.7504")]);
    const settled = settleSlot(slot(), seen, minutes(238));
    expect(settled.work.settled).toMatchObject({ outcome: "partial" });
    const summary = summarizeNight([settled]);
    expect(summary).toMatchObject({ selected: 1, available: 0, goalsMet: false });
    expect(summary.failed).toMatchObject([
      {
        id: "r2",
        kind: "resource",
        vault_id: "v1",
        reason: expect.stringMatching(/7504.*the deadline leaves no time/),
      },
    ]);
  });

  test("is available when the provider will never take the others, which are named", () => {
    const seen = complete([task("r1", "success"), task("r2", "failed", "BackupService.7109")]);
    const summary = summarizeNight([settleSlot(slot(), seen, minutes(9))]);
    expect(summary).toMatchObject({ available: 1, goalsMet: true, failed: [{ id: "r2" }] });
  });
});

describe("what the ledger keeps of a slot", () => {
  const ids = Array.from({ length: 256 }, (_, n) => `${String(n).padStart(4, "0")}-${"0".repeat(31)}`);

  test("fits into one entry, however much the provider says of 256 resources in 30 attempts", async () => {
    const attempts = Array.from({ length: 30 }, (_, n) => ({
      ...{ attempt: n + 1, name: `vigil-20261121T010000Z-0123456789ab-${n + 1}`, checkpoint_id: `c${n}` },
      ...{ at_ms: due_ms, resources: n === 29 ? ids : [] },
    }));
    const failed = ids.map((id) => ({
      ...task(id, "failed", "BackupService.7109".repeat(50)),
      message: "Die Sicherung ist fehlgeschlagen, größer geht es nicht. ".repeat(400),
    }));
    const settled = settleSlot(slot({ resources: ids, attempts }), complete(failed), minutes(238));
    expect(settled.work.state).toBe("settled");
    expect(Object.keys(settled.failure)).toHaveLength(256);
    expect(settled.failure[ids[0] ?? ""]?.reason).toMatch(/^Die Sicherung .*…$/);
    expect(await slotRecord.create(memoryLedger(), settled)).toEqual({ revision: 1, value: settled });
  });

  test("is kept as long as backups may need it for a proof; what led to none is forgotten after a year", async () => {
    let now_ms = due_ms;
    const ledger = memoryLedger(() => now_ms);
    const skipped = settle(plan(due_ms), { now_ms, outcome: "skipped", reason: "frozen" });
    await slotRecord.create(ledger, slot({ vault_id: "skipped", attempts: [], work: skipped }));
    await slotRecord.create(ledger, slot({ vault_id: "taken" }));
    const known = async () =>
      (
        await Array.fromAsync(slotRecord.list(ledger, { partition: `slots#demo#${slot().scheduled_at}` }))
      ).map(({ value }) => value.vault_id);
    now_ms = due_ms + 399 * 86_400_000;
    expect(await known()).toEqual(["skipped", "taken"]);
    now_ms = due_ms + 401 * 86_400_000;
    expect(await known()).toEqual(["taken"]);
  });

  test("recovery points of resources that have had no backup for 90 days are dropped", () => {
    const now_ms = minutes(60);
    const before = {
      project: "demo",
      vault_id: "v1",
      covered_at_ms: { gone: now_ms - 91 * 86_400_000, other: now_ms - 89 * 86_400_000, r1: now_ms - 1 },
    };
    const { covered_at_ms } = protectedBy(before, slot({ covered: { r1: "b", r2: "b" } }), {
      at_ms: due_ms,
      now_ms,
    });
    expect(covered_at_ms).toEqual({ other: before.covered_at_ms.other, r1: now_ms - 1, r2: due_ms });
  });
});
