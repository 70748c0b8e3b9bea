import { describe, expect, test } from "vitest";
import { phoneReleaseRequested } from "../../events/phone-release-requested.ts";
import { confirmPhone, type SeenJob } from "../../shared/instances/phones/confirm.ts";
import { eventIdOf, newPhone, type Phone, phoneRecord } from "../../shared/instances/phones/phone.ts";
import { judgePhone, overdue, type SeenState } from "../../shared/instances/phones/verdict.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { accept, claim, plan } from "../../shared/work/transitions.ts";

const now_ms = Date.parse("2026-11-21T01:00:00Z");
const minutes = (n: number) => now_ms + n * 60_000;
const rules = { releasers: [], attempts: 3, deadline_hours: 24 };
const id = { project: "demo", instance_id: "p1", release_id: "r1" };
const fresh: Phone = { ...newPhone(id, rules, now_ms), work: plan(now_ms) };
const call = {
  ...{ batch_id: "b", request_id: "q", at_ms: now_ms, state: 2 },
  ...{ task_id: null, job_id: null, succeeded_at_ms: null },
};
const intended: Phone = {
  ...fresh,
  call,
  work: claim(fresh.work, { by: "test", now_ms, lease_ms: 230_000 }),
};
const accepted: Phone = {
  ...intended,
  call: { ...call, task_id: "t1", job_id: "j1" },
  work: accept(intended.work, { id: "j1", now_ms, adopted: false }),
};
const ours = { task_id: "t1", jobs: { p1: "j1" } };
const notOurs = { task_id: "t1", jobs: { p2: "j2" } };

describe("by state, a release", () => {
  test.each([
    // state, nothing was called for it, a call's answer was lost
    [0, "end", "end"],
    [1, "wait", "wait"],
    [2, "call", "call"],
    [3, "wait", "wait"],
    [4, "wait", "wait"],
    [5, "fail-attempt", "fail-attempt"],
    [6, "fail-attempt", "fail-attempt"],
    [7, "call", "call"],
    [8, "wait", "wait"],
  ] as const)("in %i: %s when it is new, %s when its answer was lost", (state, planned, lost) => {
    expect(judgePhone(fresh, state, undefined, minutes(5)).do).toBe(planned);
    expect(judgePhone(intended, state, undefined, minutes(5)).do).toBe(lost);
    // Whatever the state: a job of ours that is recorded is ours, and a missing one has failed.
    expect(judgePhone(intended, state, ours, minutes(5))).toEqual({
      do: "adopt",
      task_id: "t1",
      job_id: "j1",
    });
    expect(judgePhone(intended, state, notOurs, minutes(5))).toMatchObject({
      do: "fail-attempt",
      code: "no-job",
    });
  });

  const gone: SeenState = { code: "KOOPHONE.API.4001", reason: "gone" };
  const forbidden: SeenState = { code: "KOOPHONE.API.1001", reason: "forbidden" };

  test("whose instance cannot be seen is never guessed", () => {
    expect(judgePhone(fresh, undefined, undefined, minutes(5)).do).toBe("wait");
    expect(judgePhone(intended, undefined, undefined, minutes(5)).do).toBe("wait");
    expect(judgePhone(fresh, gone, undefined, minutes(5))).toMatchObject({
      do: "fail-attempt",
      code: gone.code,
    });
    expect(judgePhone(intended, gone, undefined, minutes(5))).toMatchObject({ do: "end", code: "unproven" });
    expect(judgePhone(intended, forbidden, undefined, minutes(5)).do).toBe("wait");
  });

  test("past its deadline ends: failed when nothing was called, unproven when an answer was lost", () => {
    const late = minutes(24 * 60);
    expect(judgePhone(fresh, 2, undefined, late)).toMatchObject({ do: "end", code: "deadline" });
    expect(judgePhone(intended, 2, undefined, late)).toMatchObject({ do: "end", code: "unproven" });
    expect(judgePhone(intended, 0, ours, late).do).toBe("adopt");
    // Handlers go first; settling gives up after them.
    expect(overdue(fresh, late)).toBeUndefined();
    expect(overdue(fresh, minutes(25 * 60))).toMatchObject({ code: "deadline" });
    expect(overdue(accepted, minutes(1000 * 60))).toBeUndefined();
  });
});

describe("a release whose call was accepted", () => {
  const job = (status: number): SeenJob => ({ status, code: undefined, message: undefined });
  const look = (seen: { job?: SeenJob; state?: number }, at_ms = minutes(5), phone = accepted) =>
    confirmPhone(phone, { job: seen.job, state: seen.state }, rules, at_ms);

  test("is done only when the task says that it succeeded and the state that the machine is released", () => {
    expect(look({ job: job(2), state: 0 }).work.settled).toMatchObject({ outcome: "done" });
    for (const state of [1, 2, 3, 4, 5, 6, 7, undefined])
      expect(look({ job: job(2), ...(state && { state }) }).work.state).toBe("accepted");
    expect(look({ job: job(1), state: 0 }).work.state).toBe("accepted");
    expect(look({ state: 0 }).work.state).toBe("accepted");
    expect(look({}).work.state).toBe("accepted");
  });

  test("whose instance does not become idle after its job succeeded is a failure, an hour later", () => {
    const proven = look({ job: job(2), state: 2 });
    expect(proven.call?.succeeded_at_ms).toBe(minutes(5));
    expect(look({ job: job(2), state: 2 }, minutes(64), proven).work.state).toBe("accepted");
    expect(look({ job: job(2), state: 2 }, minutes(65), proven).work.settled).toMatchObject({
      code: "not-idle",
    });
    expect(look({ job: job(2), state: 0 }, minutes(64), proven).work.settled).toMatchObject({
      outcome: "done",
    });
  });

  test("whose job failed gets another attempt, and the last one is a failure with the provider's code", () => {
    const failed: SeenJob = { status: -1, code: "KOOPHONE.API.9999", message: "no" };
    const again = look({ job: failed, state: 5 });
    expect(again.work).toMatchObject({ state: "planned", attempt: 2 });
    expect(again.failure).toMatchObject({ code: "KOOPHONE.API.9999", attempt: 1 });
    const last = { ...accepted, work: { ...accepted.work, attempt: 3 } };
    expect(look({ job: failed }, minutes(5), last).work.settled).toMatchObject({
      code: "KOOPHONE.API.9999",
    });
  });

  test("whose job never ends is stuck, never done", () => {
    expect(look({ job: job(1), state: 4 }, minutes(11 * 60)).work.state).toBe("accepted");
    expect(look({ job: job(1), state: 4 }, minutes(12 * 60)).work.settled).toMatchObject({
      outcome: "stuck",
    });
    expect(look({}, minutes(12 * 60)).work.settled).toMatchObject({ outcome: "stuck" });
  });

  test("whose job is in a status that is not documented is waited for, and the status is told", () => {
    expect(look({ job: job(3), state: 0 }, minutes(11 * 60)).work.state).toBe("accepted");
    expect(look({ job: job(3), state: 0 }, minutes(12 * 60)).work.settled).toMatchObject({
      outcome: "stuck",
      reason: expect.stringContaining("its status is 3"),
    });
  });
});

test("an event's id is of the release alone, and no two releases share one", () => {
  expect(eventIdOf({ ...id })).toBe(eventIdOf(accepted));
  const others = [
    { ...id, project: "other" },
    { ...id, instance_id: "p1/r", release_id: "1" },
    { ...id, instance_id: "p", release_id: "1r1" },
  ];
  expect(new Set([id, ...others].map(eventIdOf)).size).toBe(4);
});

describe("ids of others that become keys", () => {
  test("fit, whatever characters they have, and no two releases share one", async () => {
    const ledger = memoryLedger();
    const long = ["ü".repeat(128), `${"ü".repeat(127)}é`, "😀".repeat(64), "=".repeat(128)];
    for (const release_id of long)
      for (const instance_id of ["ü".repeat(256), "p1"]) {
        const phone = newPhone({ ...id, instance_id, release_id }, rules, minutes(0));
        expect(await phoneRecord.create(ledger, phone)).toEqual({ revision: 1, value: phone });
        expect((await phoneRecord.read(ledger, phone))?.value).toEqual(phone);
      }
  });

  test("are refused at the edge when they are no text", () => {
    const message = JSON.stringify({
      event: phoneReleaseRequested.name,
      version: phoneReleaseRequested.version,
      data: { project: "demo", instance_id: "p1", release_id: "half \ud83d" },
    });
    expect(() => phoneReleaseRequested.parse(message)).toThrow(/release_id/);
  });
});
