import { expect, test } from "vitest";
import { createClient } from "../../../shared/api/client.ts";
import type { ResponseEvent } from "../../../shared/api/connection.ts";
import { parseRetryAfter } from "../../../shared/api/retry-after.ts";
import {
  answer,
  connect,
  failure,
  impatientClock,
  ManualClock,
  makeThing,
  serve,
  showThing,
} from "./support.ts";

const THING = { thing: { id: "t", name: "n" } };
const path = { thing_id: "t" };
const body = { thing: { name: "n" } };

test("pauses are random up to a bound that doubles", async () => {
  const clock = new ManualClock();
  await using server = await serve((_request, response) => answer(response, 503, {}));
  await using connection = await connect(server.origin, { clock, random: { fraction: () => 0.5 } });
  const call = failure(createClient({ showThing }, connection).showThing({ path }));
  for (const pause_ms of [100, 200, 400]) {
    // The deadline's own timer waits for 30 s.
    expect(await clock.waiting(20_000)).toBe(pause_ms);
    clock.advance(pause_ms);
  }
  expect(await call).toMatchObject({ status: 503, next: "retry" });
});

test("a provider that refuses too many calls is waited for as long as it asks, and the budget hears of it", async () => {
  const clock = new ManualClock();
  const slowed: (number | undefined)[] = [];
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    if (requests === 1)
      answer(response, 429, { error_code: "APIGW.0308", error_msg: "slow" }, { "retry-after": "7" });
    else if (requests === 2) answer(response, 403, { error_code: "APIG.0308", error_msg: "slow" });
    else answer(response, 201, THING);
  });
  const taken: string[] = [];
  await using connection = await connect(server.origin, {
    clock,
    budget: {
      take: async ({ name }) => void taken.push(name),
      slowDown: (retryAfter_ms) => void slowed.push(retryAfter_ms),
    },
  });
  const call = createClient({ makeThing }, connection).makeThing({ body });
  expect(await clock.waiting(20_000)).toBe(7_000);
  clock.advance(7_000);
  expect(await clock.waiting(0)).toBe(0);
  clock.advance(0);
  expect(await call).toEqual(THING);
  expect(slowed).toEqual([7_000, undefined]);
  expect(taken).toEqual(["makeThing", "makeThing", "makeThing"]);
});

test("a provider that asks to wait too long is not waited for; the error says how long", async () => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    answer(response, 429, {}, { "retry-after": "3600" });
  });
  await using connection = await connect(server.origin);
  const error = await failure(createClient({ makeThing }, connection).makeThing({ body }));
  expect(error).toMatchObject({ next: "retry", throttled: true, retryAfter_ms: 300_000 });
  expect(requests).toBe(1);
});

test("nothing is sent again when the pause would pass the deadline", async () => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    answer(response, 429, {}, { "retry-after": "5" });
  });
  await using connection = await connect(server.origin);
  const client = createClient({ showThing }, connection);
  expect(await failure(client.showThing({ path }, { deadline_ms: 4_000 }))).toMatchObject({
    retryAfter_ms: 5_000,
  });
  expect(requests).toBe(1);
});

test("a call whose deadline passes while it waits for the budget is never sent", async () => {
  const clock = new ManualClock();
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    answer(response, 201, THING);
  });
  const budget = Promise.withResolvers<void>();
  await using connection = await connect(server.origin, {
    clock,
    budget: { take: () => budget.promise, slowDown: () => undefined },
  });
  const call = failure(createClient({ makeThing }, connection).makeThing({ body }, { deadline_ms: 1_000 }));
  await clock.waiting(1_000);
  clock.advance(1_000);
  expect(await call).toMatchObject({ code: "TIMEOUT", next: "retry" });
  budget.resolve();
  await budget.promise;
  expect(requests).toBe(0);
  expect(clock.pending).toBe(0);
});

test("a call that only reads waits for its turn as long as the budget lets it; its time counts from then", async () => {
  const clock = new ManualClock();
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    if (requests === 2) answer(response, 200, THING);
    else answer(response, 503, {});
  });
  const budget = Promise.withResolvers<void>();
  await using connection = await connect(server.origin, {
    clock,
    budget: { take: () => budget.promise, slowDown: () => undefined },
  });
  const call = createClient({ showThing }, connection).showThing({ path }, { deadline_ms: 30_000 });
  clock.advance(100_000);
  budget.resolve();
  await clock.waiting(10_000);
  clock.advance(10_000);
  expect(await call).toEqual(THING);
});

test("what the budget refuses with reaches the caller, and nothing is sent", async () => {
  let requests = 0;
  await using server = await serve(() => {
    requests += 1;
  });
  const refusal = new Error("no budget before 02:05");
  await using connection = await connect(server.origin, {
    budget: { take: () => Promise.reject(refusal), slowDown: () => undefined },
  });
  await expect(createClient({ showThing }, connection).showThing({ path })).rejects.toBe(refusal);
  expect(requests).toBe(0);
});

test("a call that is cancelled during a pause ends at once, without an effect", async () => {
  const clock = new ManualClock();
  await using server = await serve((_request, response) => answer(response, 429, {}, { "retry-after": "5" }));
  await using connection = await connect(server.origin, { clock });
  const controller = new AbortController();
  const call = failure(
    createClient({ makeThing }, connection).makeThing({ body }, { signal: controller.signal }),
  );
  await clock.waiting(5_000);
  controller.abort();
  expect(await call).toMatchObject({ code: "ABORTED", next: "retry" });
});

test("the hooks see every attempt", async () => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    if (requests === 1) answer(response, 429, {});
    else answer(response, 200, THING);
  });
  const started: unknown[] = [];
  const ended: ResponseEvent[] = [];
  await using connection = await connect(server.origin, {
    clock: impatientClock,
    hooks: { request: (event) => started.push(event), response: (event) => ended.push(event) },
  });
  await createClient({ showThing }, connection).showThing({ path });
  const common = { operation: "showThing", service: "cbr", project: "project-1" };
  expect(started).toEqual([
    { ...common, attempt: 1 },
    { ...common, attempt: 2 },
  ]);
  const duration_ms = expect.any(Number);
  expect(ended).toEqual([
    { ...common, attempt: 1, status: 429, code: "HTTP.429", next: "retry", throttled: true, duration_ms },
    { ...common, attempt: 2, status: 200, code: undefined, next: undefined, throttled: false, duration_ms },
  ]);
});

test.for([
  { value: "7", date: undefined, wait_ms: 7_000 },
  { value: "0", date: undefined, wait_ms: 0 },
  { value: "Sat, 21 Nov 2026 01:00:30 GMT", date: "Sat, 21 Nov 2026 01:00:00 GMT", wait_ms: 30_000 },
  { value: "Sat, 21 Nov 2026 01:00:00 GMT", date: "Sat, 21 Nov 2026 01:00:30 GMT", wait_ms: 0 },
  { value: "Sat, 21 Nov 2026 01:00:30 GMT", date: undefined, wait_ms: undefined },
  { value: "soon", date: "Sat, 21 Nov 2026 01:00:00 GMT", wait_ms: undefined },
  { value: undefined, date: undefined, wait_ms: undefined },
  // Whatever is asked for, minutes are given.
  { value: "86400", date: undefined, wait_ms: 300_000 },
  { value: "9".repeat(400), date: undefined, wait_ms: 300_000 },
  { value: "Sat, 21 Nov 2037 01:00:00 GMT", date: "Sat, 21 Nov 2026 01:00:00 GMT", wait_ms: 300_000 },
])("Retry-After $value at $date means $wait_ms ms", ({ value, date, wait_ms }) => {
  expect(parseRetryAfter(value, date, "cbr")).toBe(wait_ms);
});
