import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ENGINE_KEY } from "../../infra/local/aws/gateway.ts";
import { dynamoClient } from "../../infra/local/clients.ts";
import { type Fixture, synthesizeFixture } from "./fixtures/stack.ts";
import { sum, type WatchedEngine, watchedEngine } from "./fixtures/watched-engine.ts";

let fixture: Fixture;
let watched: WatchedEngine;

beforeAll(async () => {
  fixture = await synthesizeFixture();
});
afterEach(() => watched.engine.stop());
afterAll(() => fixture.remove());

const send = async (bodies: readonly string[]) => {
  const outcome = await watched.engine.invoke("fan-out", { bodies });
  expect(outcome).toMatchObject({ ok: true });
};

/** What the working function wrote down, by the message's body. */
async function done(): Promise<string[]> {
  const client = dynamoClient(watched.engine.endpoint, ENGINE_KEY);
  const { Items = [] } = await client.send(new ScanCommand({ TableName: "fixture-ledger" }));
  client.destroy();
  return Items.map(({ sort }) => sort?.S?.split("/")[0] ?? "").sort();
}

describe("a queue with its function", () => {
  test("collects messages into batches of at most the batch size, and deletes what was done", async () => {
    watched = await watchedEngine({ folder: fixture.folder });
    const bodies = Array.from({ length: 25 }, (_, index) => `job-${index}`);
    await send(bodies);
    const deleted = await watched.until("messages-deleted", (events) => sum(events) === 25);
    expect(Math.max(...deleted.map(({ count }) => count))).toBe(10);
    expect(await done()).toEqual([...bodies].sort());
  });

  test("gives a function at most so many batches at once as its mapping allows", async () => {
    watched = await watchedEngine({ folder: fixture.folder });
    await send(Array.from({ length: 40 }, (_, index) => `job-${index}`));
    await watched.until("messages-deleted", (events) => sum(events) === 40);
    const changes = [
      ...watched.seen("function-started").map((event) => ({ ...event, change: 1 })),
      ...watched.seen("function-ended").map((event) => ({ ...event, change: -1 })),
    ].filter((event) => event.function === "fixture-work");
    let running = 0;
    let most = 0;
    for (const { change } of changes.sort((a, b) => a.at_ms - b.at_ms || a.change - b.change)) {
      running += change;
      most = Math.max(most, running);
    }
    expect(most).toBe(2);
  });

  test("brings back only the message that failed, after its visibility timeout on the engine's clock", async () => {
    // Visibility: 6 × 1 s + 1 s window = 7 s of the clock. Real time enough for a busy machine to start a function.
    watched = await watchedEngine({ folder: fixture.folder, speed: 4 });
    await send(["good", "fail once"]);
    const received = await watched.until("messages-received", (events) => sum(events) === 3);
    await watched.until("messages-deleted", (events) => sum(events) === 2);
    expect(await done()).toEqual(["fail once", "good"]);
    const [first, second] = received;
    expect((second?.at_ms ?? 0) - (first?.at_ms ?? 0)).toBeGreaterThan(5_000);
  });

  test("moves a message that always fails to the dead letters, and brings it back on redrive", async () => {
    watched = await watchedEngine({ folder: fixture.folder, speed: 6 });
    await send(["good", "fail"]);
    const [dead] = await watched.until("dead-lettered", (events) => events.length > 0);
    expect(dead).toMatchObject({ queue: "fixture-work-dead", count: 1 });
    expect(sum(watched.seen("messages-failed"))).toBe(3);
    expect(await done()).toEqual(["good"]);
    expect((await watched.engine.queueDepths()).get("fixture-work-dead")).toMatchObject({ waiting: 1 });

    expect(await watched.engine.redrive("work")).toBe(1);
    await watched.until("messages-failed", (events) => sum(events) === 6);
  });

  test("fails the whole batch when the function throws, and goes on with the next", async () => {
    watched = await watchedEngine({ folder: fixture.folder, speed: 20 });
    await send(["throw"]);
    const ended = await watched.until("function-ended", (events) => events.some(({ error }) => error));
    expect(ended.find(({ error }) => error)?.error).toMatchObject({
      type: "TypeError",
      message: "thrown on demand",
    });
    await send(["good"]);
    await watched.until("messages-deleted", (events) => sum(events) === 1);
    expect(await done()).toEqual(["good"]);
  });

  test("ends a function whose time has passed, in real time, and starts a new one for the next batch", async () => {
    watched = await watchedEngine({ folder: fixture.folder, speed: 2 });
    await send(["hang"]);
    const ended = await watched.until("function-ended", (events) => events.some(({ error }) => error));
    expect(ended.find(({ error }) => error)?.error).toMatchObject({
      type: "Function.TimedOut",
      message: "Task timed out after 1.00 seconds",
    });
    await send(["good"]);
    await watched.until("messages-deleted", (events) => sum(events) === 1);
    const started = watched.seen("function-started").filter((event) => event.function === "fixture-work");
    expect(started.slice(0, 2).map(({ cold }) => cold)).toEqual([true, true]);
  });

  test("can put every message into the queue twice", async () => {
    watched = await watchedEngine({ folder: fixture.folder, duplicateMessages: true });
    await send(["one", "two", "three"]);
    await watched.until("messages-deleted", (events) => sum(events) === 6);
    expect(await done()).toEqual(["one", "one", "three", "three", "two", "two"]);
  });
});
