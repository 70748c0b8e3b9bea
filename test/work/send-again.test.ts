import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Clock } from "../../shared/core/clock.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { defineRecord, type Stored } from "../../shared/ledger/record.ts";
import type { Queue } from "../../shared/queue/queue.ts";
import { sendAgain } from "../../shared/work/send-again.ts";
import { plan, sent } from "../../shared/work/transitions.ts";
import { workSchema } from "../../shared/work/work.ts";

const jobRecord = defineRecord({
  kind: "job",
  version: 1,
  schema: z.object({ id: z.string(), work: workSchema }),
  partition: () => "jobs",
  sort: ({ id }: { readonly id: string }) => id,
});
type Job = Parameters<typeof jobRecord.create>[1];

const planned_ms = Date.parse("2026-11-21T01:00:00Z");
const lostAt_ms = planned_ms + 4 * 60_000;

/** Two units whose messages were lost, and a queue that can refuse. */
async function lost() {
  const ledger = memoryLedger();
  const bodies: string[] = [];
  let refuses = false;
  const queue: Queue = {
    async send(messages) {
      if (refuses) throw new Error("2 messages were not accepted");
      bodies.push(...messages.map(({ body }) => body));
    },
  };
  let now_ms = lostAt_ms;
  const clock: Clock = { now: () => now_ms, wall: () => now_ms, after: () => () => undefined };
  for (const id of ["a", "b"]) await jobRecord.create(ledger, { id, work: plan(planned_ms) });
  const units = async (): Promise<Stored<Job>[]> => Array.fromAsync(jobRecord.all(ledger, {}));
  return {
    ledger,
    bodies,
    units,
    refuse: (does: boolean) => {
      refuses = does;
    },
    later: (ms: number) => {
      now_ms += ms;
    },
    run: async () =>
      sendAgain(
        { ledger, clock, queue },
        { record: jobRecord, units: await units(), message: ({ id, work }) => `${id}-${work.attempt}` },
      ),
    marks: async () => (await units()).map(({ value }) => value.work.sent_at_ms),
  };
}

describe("messages that were lost", () => {
  test("are sent again once, and again when they are lost again", async () => {
    const { run, bodies, marks, later } = await lost();
    expect(await run()).toBe(2);
    expect(bodies).toEqual(["a-1", "b-1"]);
    expect(await marks()).toEqual([lostAt_ms, lostAt_ms]);
    later(60_000);
    expect(await run()).toBe(0);
    later(3 * 60_000);
    expect(await run()).toBe(2);
  });

  test("are not marked as sent when the queue refuses them, and so the next run sends them", async () => {
    const { run, bodies, marks, refuse, later } = await lost();
    refuse(true);
    await expect(run()).rejects.toThrow("not accepted");
    expect(await marks()).toEqual([planned_ms, planned_ms]);
    refuse(false);
    later(60_000);
    expect(await run()).toBe(2);
    expect(bodies).toEqual(["a-1", "b-1"]);
  });

  test("leave alone what a handler has changed since it was read", async () => {
    const { ledger, units, run, marks } = await lost();
    const [, second] = await units();
    if (!second) throw new Error("there are two units");
    const change = { ...second.value, work: sent(second.value.work, lostAt_ms + 1) };
    const listing = ledger.list;
    // Between reading and marking, the handler of the second unit writes.
    ledger.list = async function* (query) {
      yield* await Array.fromAsync(listing(query));
      await jobRecord.replace(ledger, second, change);
    };
    await run();
    ledger.list = listing;
    expect(await marks()).toEqual([lostAt_ms, lostAt_ms + 1]);
  });
});
