import { expect, test } from "vitest";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import type { Notification } from "../../shared/publish/publisher.ts";
import { clear, raise } from "../../shared/work/alert.ts";

function opened() {
  const ledger = memoryLedger();
  const notifications: Notification[] = [];
  const publisher = { notify: async (notification: Notification) => void notifications.push(notification) };
  const alert = { project: "demo", subject: "nightly", cause: "nothing-selected", text: "why" };
  const at = (time: string) => ({ ledger, publisher, now_ms: Date.parse(time) });
  return {
    raised: (time: string) => raise(at(time), alert),
    cleared: (time: string) => clear(at(time), alert),
    states: () => notifications.map(({ attributes }) => attributes.state),
  };
}

test("an alert is raised once, clears once, and rings again for the same subject, across midnight too", async () => {
  const { raised, cleared, states } = opened();
  await raised("2026-11-21T23:50:00Z");
  await raised("2026-11-22T00:10:00Z");
  expect(states()).toEqual(["raised"]);
  await cleared("2026-11-22T00:20:00Z");
  await cleared("2026-11-22T00:25:00Z");
  expect(states()).toEqual(["raised", "cleared"]);
  await raised("2026-11-23T01:00:00Z");
  await raised("2026-11-23T01:05:00Z");
  await cleared("2026-11-24T01:00:00Z");
  expect(states()).toEqual(["raised", "cleared", "raised", "cleared"]);
});

test("what was never raised is not cleared", async () => {
  const { cleared, states } = opened();
  await cleared("2026-11-22T00:20:00Z");
  expect(states()).toEqual([]);
});
