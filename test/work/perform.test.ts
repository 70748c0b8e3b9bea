import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ListMoved } from "../../shared/api/list.ts";
import type { Clock } from "../../shared/core/clock.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { defineRecord } from "../../shared/ledger/record.ts";
import { lease_ms, leaseTerms } from "../../shared/work/lease.ts";
import { type Performance, perform } from "../../shared/work/perform.ts";
import type { Result } from "../../shared/work/result.ts";
import { nextAttempt, plan } from "../../shared/work/transitions.ts";
import { type Work, workSchema } from "../../shared/work/work.ts";

const jobRecord = defineRecord({
  kind: "job",
  version: 1,
  schema: z.object({ id: z.string(), work: workSchema }),
  partition: () => "jobs",
  sort: ({ id }: { readonly id: string }) => id,
});
type Job = { readonly id: string; readonly work: Work };

class Killed extends Error {}

const listMoved = new ListMoved({ operation: "listBackups", expected: 2, found: 1, reason: "it moved" });

/** A night on one machine: a ledger, a clock, and a provider that remembers what was posted to it. */
function night({ answer = (): Result<Job> | undefined => undefined } = {}) {
  let now_ms = Date.parse("2026-11-21T01:00:00Z");
  let killAt = Number.POSITIVE_INFINITY;
  let steps = 0;
  const posted: string[] = [];
  const looks: number[] = [];
  let lookFails = false;

  /** Every await of the protocol passes here twice: before its effect and after it. */
  const step = () => {
    if (++steps === killAt) throw new Killed();
  };
  const stepped = async <T>(run: () => Promise<T>): Promise<T> => {
    step();
    const result = await run();
    step();
    return result;
  };
  const memory = memoryLedger();
  const ledger: Ledger = {
    read: (key) => stepped(() => memory.read(key)),
    write: (entry, expected) => stepped(() => memory.write(entry, expected)),
    remove: (key, expected) => stepped(() => memory.remove(key, expected)),
    list: (listing) => memory.list(listing),
  };
  const clock: Clock = { now: () => now_ms, wall: () => now_ms, after: () => () => undefined };
  const nameOf = (job: Job) => `${job.id}-${job.work.attempt}`;
  const performance: Performance<Job, { readonly id: string }> = {
    record: jobRecord,
    act: (job) =>
      stepped(async () => {
        const said = answer();
        if (said) return said;
        posted.push(nameOf(job));
        return { result: "accepted", id: nameOf(job), value: job, adopted: false };
      }),
    look: (job) =>
      stepped(async () => {
        looks.push(now_ms);
        if (lookFails) throw listMoved;
        return posted.includes(nameOf(job)) ? { id: nameOf(job), value: job } : undefined;
      }),
  };
  return {
    posted,
    looks,
    memory,
    later: (ms: number) => {
      now_ms += ms;
    },
    killAfter: (count: number) => {
      killAt = steps + count;
    },
    failLooks: (fails: boolean) => {
      lookFails = fails;
    },
    begin: (work: Partial<Work> = {}) =>
      jobRecord.create(memory, { id: "v1", work: { ...plan(now_ms), ...work } }),
    deliver: (attempt = 1, invocation = "one") =>
      perform(performance, { ledger, clock, invocation, lease: leaseTerms }, { id: { id: "v1" }, attempt }),
    work: async () => (await jobRecord.read(memory, { id: "v1" }))?.value.work,
    change: async (next: (work: Work) => Work) => {
      const seen = await jobRecord.read(memory, { id: "v1" });
      if (seen) await jobRecord.replace(memory, seen, { ...seen.value, work: next(seen.value.work) });
    },
  };
}

const afterLease_ms = lease_ms(leaseTerms) + 1;

describe("a message for work that is planned", () => {
  test("posts it once, however often it is delivered", async () => {
    const { begin, deliver, posted, work } = night();
    await begin();
    expect((await deliver()).did).toBe("accepted");
    expect((await deliver()).did).toBe("nothing");
    expect(posted).toEqual(["v1-1"]);
    expect(await work()).toMatchObject({ state: "accepted", accepted: { id: "v1-1", adopted: false } });
  });

  test("posts it once when two are handled at the same time", async () => {
    const { begin, deliver, posted } = night();
    await begin();
    const done = await Promise.all([deliver(1, "one"), deliver(1, "two")]);
    expect(done.map(({ did }) => did).sort()).toEqual(["accepted", "conflict"]);
    expect(posted).toHaveLength(1);
  });

  test("does nothing before it is due, or for another attempt than the current one", async () => {
    const { begin, deliver, posted, change } = night();
    await begin({ not_before_ms: Date.parse("2026-11-21T01:10:00Z") });
    expect(await deliver()).toMatchObject({ did: "nothing", why: "it is not due yet" });
    await change((current) => nextAttempt(current, { not_before_ms: 0 }));
    expect((await deliver(1)).did).toBe("nothing");
    expect(posted).toEqual([]);
    expect((await deliver(2)).did).toBe("accepted");
    expect(posted).toEqual(["v1-2"]);
  });

  test("looks before its first post when it was claimed late", async () => {
    const { begin, deliver, posted, looks } = night();
    posted.push("v1-1");
    await begin({ look_first: true });
    expect((await deliver()).did).toBe("adopted");
    expect(looks).toHaveLength(1);
    expect(posted).toHaveLength(1);
  });
});

describe("a post whose answer was lost", () => {
  const unknown = { result: "unknown", reason: "it timed out" } as const;

  test("is looked for after the lease and adopted when it had worked", async () => {
    const { begin, deliver, posted, looks, later } = night({ answer: () => unknown });
    await begin();
    expect((await deliver()).did).toBe("ambiguous");
    posted.push("v1-1");
    later(lease_ms(leaseTerms) - 1_000);
    expect((await deliver()).did).toBe("nothing");
    expect(looks).toHaveLength(0);
    later(1_001);
    expect((await deliver()).did).toBe("adopted");
  });

  test("is posted again only after a complete look-up found nothing", async () => {
    let answers: (Result<Job> | undefined)[] = [unknown];
    const { begin, deliver, posted, later, failLooks } = night({ answer: () => answers.shift() });
    await begin();
    await deliver();
    later(afterLease_ms);
    failLooks(true);
    expect((await deliver()).did).toBe("put-off");
    expect(posted).toEqual([]);
    failLooks(false);
    later(3_600_000);
    answers = [];
    expect((await deliver()).did).toBe("accepted");
    expect(posted).toEqual(["v1-1"]);
  });
});

describe("a refusal", () => {
  test("without effect puts the attempt off, longer each time", async () => {
    const { begin, deliver, later, work } = night({ answer: () => ({ result: "no-effect", reason: "429" }) });
    await begin();
    const waits: number[] = [];
    for (let n = 0; n < 6; n++) {
      expect((await deliver()).did).toBe("put-off");
      const seen = await work();
      waits.push((seen?.not_before_ms ?? 0) - (seen?.intent?.at_ms ?? 0));
      later(3_600_000);
    }
    expect(await work()).toMatchObject({ state: "planned", attempt: 1, put_off: 6 });
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
  });

  test("because something else is in progress waits, and looks before the next post", async () => {
    const { begin, deliver, work } = night({ answer: () => ({ result: "busy", reason: "6125" }) });
    await begin();
    expect((await deliver()).did).toBe("put-off");
    expect(await work()).toMatchObject({ state: "planned", look_first: true });
  });

  test("for good settles the work with the code and the reason", async () => {
    const refused: Result<Job> = {
      result: "refused",
      outcome: "failed",
      code: "BackupService.6105",
      reason: "gone",
    };
    const { begin, deliver, work } = night({ answer: () => refused });
    await begin();
    expect((await deliver()).did).toBe("settled");
    expect(await work()).toMatchObject({
      state: "settled",
      settled: { outcome: "failed", code: "BackupService.6105" },
    });
  });
});

test("a function killed at any await leaves exactly one post behind, once its message has come again", async () => {
  const walked: number[] = [];
  for (let kill = 1; ; kill++) {
    const { begin, deliver, killAfter, later, posted, work } = night();
    await begin();
    killAfter(kill);
    const first = await deliver().catch((error: unknown) => error);
    killAfter(Number.POSITIVE_INFINITY);
    for (let again = 0; again < 5; again++) {
      later(afterLease_ms);
      await deliver(1, `again-${again}`);
    }
    expect(posted, `killed at await ${kill}`).toEqual(["v1-1"]);
    expect(await work(), `killed at await ${kill}`).toMatchObject({ state: "accepted" });
    if (!(first instanceof Killed)) break;
    walked.push(kill);
  }
  // read, claim, post and the record of it: each before and after its effect.
  expect(walked).toHaveLength(8);
});
