import { beforeEach, describe, expect, test } from "vitest";
import type { Message } from "../../shared/queue/queue.ts";

/** A message as a consumer gets it. */
export interface Delivery {
  readonly body: string;
  readonly receipt: string;
  /** Counts from 1. */
  readonly receives: number;
}

/** A queue under test, with both of its ends. */
export interface OpenedQueue {
  send(messages: readonly Message[]): Promise<void>;
  /** At most `limit` of those that can be seen now, 10 at most. */
  receive(limit: number): Promise<Delivery[]>;
  /** The same after so many seconds of the queue's own clock, or as soon afterwards as there is something. */
  receiveAfter(seconds: number, limit: number): Promise<Delivery[]>;
  remove(receipt: string): Promise<void>;
  /** The bodies of the dead letters; waits until there are so many. */
  deadLetters(expected: number): Promise<string[]>;
}

export interface QueueTerms {
  readonly visibility_s: number;
  readonly maximumReceives: number;
}

const terms: QueueTerms = { visibility_s: 20, maximumReceives: 2 };

/** What every queue must do: the model of the simulation and SQS's own API are held to the same words. */
export function queueContract(name: string, open: (terms: QueueTerms) => Promise<OpenedQueue>): void {
  describe(name, () => {
    let queue: OpenedQueue;
    beforeEach(async () => {
      queue = await open(terms);
    });

    test("delivers every message once while it is hidden, in whatever order, at most as many as wanted", async () => {
      const bodies = Array.from({ length: 25 }, (_, index) => `message ${index}`);
      await queue.send(bodies.map((body) => ({ body })));
      const seen: Delivery[] = [];
      for (let batch = await queue.receive(10); batch.length > 0; batch = await queue.receive(10)) {
        expect(batch.length).toBeLessThanOrEqual(10);
        seen.push(...batch);
      }
      expect(seen.map(({ body }) => body).sort()).toEqual([...bodies].sort());
      expect(seen.every(({ receives }) => receives === 1)).toBe(true);
    });

    test("takes a message of 1 MiB, and refuses one of a byte more", async () => {
      const largest = "ö".repeat(512 * 1024);
      await queue.send([{ body: largest }]);
      await expect(queue.send([{ body: `${largest}.` }])).rejects.toThrow();
      const [delivered, ...others] = await queue.receive(10);
      expect(delivered?.body).toBe(largest);
      expect(others).toEqual([]);
    });

    test("hides what was received for the visibility timeout, then offers it again under another receipt", async () => {
      await queue.send([{ body: "work" }]);
      const [first] = await queue.receive(10);
      expect(await queue.receive(10)).toEqual([]);
      const [second] = await queue.receiveAfter(terms.visibility_s, 10);
      expect(second).toMatchObject({ body: "work", receives: 2 });
      expect(second?.receipt).not.toBe(first?.receipt);
    });

    test("forgets what its consumer removes, and keeps the rest of the batch", async () => {
      await queue.send([{ body: "done" }, { body: "failed" }]);
      const batch = await queue.receive(10);
      await queue.remove(batch.find(({ body }) => body === "done")?.receipt ?? "");
      const again = await queue.receiveAfter(terms.visibility_s, 10);
      expect(again.map(({ body }) => body)).toEqual(["failed"]);
    });

    test("keeps a delayed message back, and not the others", async () => {
      await queue.send([{ body: "later", delay_s: terms.visibility_s }, { body: "now" }]);
      const now = await queue.receive(10);
      expect(now.map(({ body }) => body)).toEqual(["now"]);
      await queue.remove(now[0]?.receipt ?? "");
      const later = await queue.receiveAfter(terms.visibility_s, 10);
      expect(later).toMatchObject([{ body: "later", receives: 1 }]);
    });

    test("puts what was received too often among the dead letters, and offers it no more", async () => {
      await queue.send([{ body: "broken" }]);
      expect(await queue.receive(10)).toHaveLength(1);
      expect(await queue.receiveAfter(terms.visibility_s, 10)).toMatchObject([{ receives: 2 }]);
      await queue.send([{ body: "good", delay_s: terms.visibility_s + 1 }]);
      const after = await queue.receiveAfter(terms.visibility_s + 1, 10);
      expect(after.map(({ body }) => body)).toEqual(["good"]);
      expect(await queue.deadLetters(1)).toEqual(["broken"]);
    });
  });
}
