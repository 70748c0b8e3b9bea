import { expect, test } from "vitest";
import { systemClock } from "../../shared/core/clock.ts";
import type { Project } from "../../shared/estate/estate.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import type { Notification } from "../../shared/publish/publisher.ts";
import { eachProject, ShareSpent } from "../../shared/work/each-project.ts";
import { demoEstate, demoProject } from "../report/support.ts";

/** Functions over an estate of so many projects, whose shares end when the test says so. */
function opened(count: number) {
  let now_ms = Date.parse("2026-11-21T23:50:00Z");
  const projects: Project[] = Array.from({ length: count }, (_, index) => ({
    ...demoProject(),
    name: `p${index}`,
  }));
  const shares: { readonly part: number; readonly end: () => void }[] = [];
  const notifications: Notification[] = [];
  const failures: string[] = [];
  return {
    shares,
    notifications,
    failures,
    later: (minutes: number) => {
      now_ms += minutes * 60_000;
    },
    deps: {
      estate: { ...demoEstate, projects },
      ledger: memoryLedger(),
      clock: { ...systemClock, now: () => now_ms },
      publisher: { notify: async (one: Notification) => void notifications.push(one) },
      share: (part: number) => {
        const controller = new AbortController();
        shares.push({ part, end: () => controller.abort() });
        return controller.signal;
      },
      report: ({ name }: Project, error: unknown) => void failures.push(`${name} ${error}`),
    },
  };
}

const hanging = () => new Promise<string>(() => {});

test("projects that hang spend their own share of the time; each of the others has its turn", async () => {
  const { deps, shares, failures } = opened(100);
  const ended: string[] = [];
  const everybodyElse = Promise.withResolvers<void>();
  const hangs = ({ name }: Project) => Number(name.slice(1)) < 20;
  const running = eachProject(
    deps,
    "unsettled",
    (project) => (hangs(project) ? hanging() : Promise.resolve("settled")),
    ({ name }, result) => {
      ended.push(`${name} ${result}`);
      if (ended.length === 96) everybodyElse.resolve();
    },
  );
  // Sixteen begin, and all of them hang: a seventh or sixth of the time is theirs, and then the others have the rest.
  expect(shares).toHaveLength(16);
  expect(shares.filter(({ part }) => part !== 1 / 7 && part !== 1 / 6)).toEqual([]);
  for (const { end } of shares.splice(0)) end();
  await everybodyElse.promise;
  for (const { end } of shares) end();
  const results = await running;
  expect(Object.values(results).filter((result) => result === "settled")).toHaveLength(80);
  expect(failures).toHaveLength(20);
  expect(failures[0]).toContain("its share of the function's time was spent");
});

test("what one project came to is known while another is still under way", async () => {
  const { deps, shares } = opened(2);
  const heard = Promise.withResolvers<string>();
  const running = eachProject(
    deps,
    "unsettled",
    ({ name }) => (name === "p0" ? hanging() : Promise.resolve("settled")),
    ({ name }, result) => heard.resolve(`${name} ${result}`),
  );
  expect(await heard.promise).toBe("p1 settled");
  for (const { end } of shares) end();
  expect(await running).toEqual({ p0: "failed", p1: "settled" });
});

test("people hear of what should pass by itself when it lasts, of its end, and of the next time, across midnight", async () => {
  const { deps, notifications, later } = opened(1);
  const run = (job: () => Promise<string>) => eachProject(deps, "unsettled", job);
  const spent = () => Promise.reject(new ShareSpent());
  const states = () => notifications.map(({ attributes }) => attributes.state);
  await run(spent);
  later(20);
  await run(spent);
  expect(states()).toEqual([]);
  later(20);
  await run(spent);
  await run(spent);
  expect(states()).toEqual(["raised"]);
  await run(() => Promise.resolve("settled"));
  expect(states()).toEqual(["raised", "cleared"]);
  later(24 * 60);
  await run(() => Promise.reject(new Error("no such secret")));
  expect(states()).toEqual(["raised", "cleared", "raised"]);
});
