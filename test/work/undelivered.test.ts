import { describe, expect, test } from "vitest";
import { systemClock } from "../../shared/core/clock.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { fitted, type Notification } from "../../shared/publish/publisher.ts";
import { durableNotifier, undeliveredByProject } from "../../shared/work/undelivered.ts";

const message = (text: string, subject = "Vigil"): Notification => ({
  subject,
  text,
  attributes: { kind: "alert", project: "demo" },
});

describe("a notification that is too long for the topic", () => {
  test("is cut at the end of a line, with a count of what is missing and where it is", () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `  vault ${index}: Ä reason of some length`);
    const { text } = fitted({ ...message(lines.join("\n")), more: "s3://bucket/report" });
    expect(Buffer.byteLength(text)).toBeLessThan(255_000);
    const kept = text.split("\n");
    expect(kept.slice(0, -1)).toEqual(lines.slice(0, kept.length - 1));
    expect(kept.at(-1)).toBe(`… and ${20_000 - kept.length + 1} more lines; see s3://bucket/report`);
  });

  test("is cut even if it is a single line", () => {
    const { text } = fitted(message("Ä".repeat(300_000)));
    expect(Buffer.byteLength(text)).toBeLessThan(255_000);
    expect(text.startsWith("ÄÄÄ")).toBe(true);
  });

  test("has a subject of one line of at most 100 ASCII characters", () => {
    const { subject } = fitted(message("", `night of Müller\n${"x".repeat(200)}`));
    expect(subject).toMatch(/^night of M\?ller\?x+$/);
    expect(subject).toHaveLength(100);
  });

  test("is left as it is if it fits", () => {
    expect(fitted(message("one\ntwo"))).toEqual(message("one\ntwo"));
  });
});

describe("a topic that refuses", () => {
  function opened() {
    let now_ms = Date.parse("2026-11-21T01:00:00Z");
    const ledger = memoryLedger(() => now_ms);
    const delivered: string[] = [];
    const reported: string[] = [];
    let asked = 0;
    let refuses = true;
    const topic = {
      async notify({ text }: Notification) {
        asked++;
        if (refuses) throw new Error("KMSDisabledException");
        delivered.push(text);
      },
    };
    const clock = { ...systemClock, now: () => now_ms };
    const notifier = durableNotifier({ ledger, clock, topic, report: (subject) => reported.push(subject) });
    return {
      ...{ ledger, notifier, delivered, reported },
      asked: () => asked,
      recovers: () => {
        refuses = false;
      },
      later: (minutes: number) => {
        now_ms += minutes * 60_000;
      },
    };
  }

  test("keeps nobody waiting, is asked once a minute, and has everything in order when it takes messages again", async () => {
    const { ledger, notifier, delivered, reported, asked, recovers, later } = opened();
    for (const text of ["first", "second", "second"]) await notifier.notify(message(text));
    later(5);
    await notifier.notify(message("third"));
    expect(asked()).toBe(2);
    expect(reported).toEqual(["Vigil", "Vigil"]);
    expect(await undeliveredByProject(ledger)).toEqual(new Map([["demo", 3]]));
    later(5);
    expect(await notifier.deliverAgain()).toBe(0);
    recovers();
    later(5);
    expect(await notifier.deliverAgain()).toBe(3);
    expect(delivered.slice(2)).toEqual(["third"]);
    expect(delivered.slice(0, 2).sort()).toEqual(["first", "second"]);
    expect(await notifier.deliverAgain()).toBe(0);
    expect(await undeliveredByProject(ledger)).toEqual(new Map());
  });

  test("is an error if the ledger fails, too: nothing is lost silently", async () => {
    const { ledger, notifier } = opened();
    ledger.write = () => Promise.reject(new Error("the table did not answer"));
    await expect(notifier.notify(message("lost?"))).rejects.toThrow("the table did not answer");
  });
});
