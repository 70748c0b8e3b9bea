import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { scheduleTimes } from "../../infra/local/schedules/times.ts";
import { type Fixture, synthesizeFixture } from "./fixtures/stack.ts";
import { sum, type WatchedEngine, watchedEngine } from "./fixtures/watched-engine.ts";

const next = (expression: string, zone: string, after: string, count: number) => {
  const times = scheduleTimes(expression, zone, Date.parse(after));
  const found: string[] = [];
  let time: number | undefined = Date.parse(after);
  while (found.length < count) {
    time = times.next(time);
    if (time === undefined) break;
    found.push(new Date(time).toISOString());
  }
  return found;
};

describe("the times of a schedule", () => {
  test("are local times of its zone", () => {
    expect(next("cron(0 1 * * ? *)", "Asia/Kolkata", "2026-11-20T12:00:00Z", 2)).toEqual([
      "2026-11-20T19:30:00.000Z",
      "2026-11-21T19:30:00.000Z",
    ]);
  });

  test("leave out a local time that the zone skips in spring", () => {
    expect(next("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28T00:00:00Z", 3)).toEqual([
      "2026-03-28T01:30:00.000Z",
      "2026-03-30T00:30:00.000Z",
      "2026-03-31T00:30:00.000Z",
    ]);
  });

  test("hold a local time that occurs twice in autumn once, the first time", () => {
    expect(next("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T00:00:00Z", 3)).toEqual([
      "2026-10-24T00:30:00.000Z",
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ]);
    expect(next("cron(0/30 * * * ? *)", "Europe/Berlin", "2026-10-25T00:15:00Z", 3)).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T02:00:00.000Z",
      "2026-10-25T02:30:00.000Z",
    ]);
  });

  test("count weekdays from Sunday, by number and by name", () => {
    const monday = ["2026-11-23T01:00:00.000Z"];
    expect(next("cron(0 1 ? * 2 *)", "UTC", "2026-11-20T12:00:00Z", 1)).toEqual(monday);
    expect(next("cron(0 1 ? * MON *)", "UTC", "2026-11-20T12:00:00Z", 1)).toEqual(monday);
  });

  test("of a rate are counted from when the schedule came to be, whatever the zone does", () => {
    expect(next("rate(5 minutes)", "Europe/Berlin", "2026-03-29T00:58:00Z", 2)).toEqual([
      "2026-03-29T01:03:00.000Z",
      "2026-03-29T01:08:00.000Z",
    ]);
  });

  test("can be a single one", () => {
    expect(next("at(2026-11-21T01:00:00)", "Europe/Berlin", "2026-11-20T12:00:00Z", 2)).toEqual([
      "2026-11-21T00:00:00.000Z",
    ]);
  });

  test("are refused when the expression is not EventBridge Scheduler's", () => {
    expect(() => scheduleTimes("cron(0 1 * * *)", "UTC", 0)).toThrow("has 5 fields");
    expect(() => scheduleTimes("every night", "UTC", 0)).toThrow("every night is no schedule expression");
  });
});

describe("a schedule in the engine", () => {
  let fixture: Fixture;
  let watched: WatchedEngine;
  beforeAll(async () => {
    fixture = await synthesizeFixture();
  });
  afterEach(() => watched.engine.stop());
  afterAll(() => fixture.remove());

  test("fires on the engine's clock and tells the function the time it was due", async () => {
    watched = await watchedEngine({ folder: fixture.folder, speed: 600 });
    const [fired] = await watched.until("schedule-fired", (events) => events.length === 1);
    expect(fired).toMatchObject({ schedule: "fixture-nightly", scheduled_at: "2026-11-21T00:00:00Z" });
    await watched.until("messages-sent", (events) => sum(events) === 2);
  });

  test("fires by hand, and not by itself when that is not wanted", async () => {
    watched = await watchedEngine({ folder: fixture.folder, schedules: false, speed: 600 });
    watched.engine.fire("nightly");
    await watched.until("messages-sent", (events) => sum(events) === 2);
    expect(watched.seen("schedule-fired")).toHaveLength(1);
  });
});
