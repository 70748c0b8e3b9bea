import { afterEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { measure } from "../../functions/create-checkpoint/job.ts";
import { callFault, faultPlan, presets } from "../../infra/local/provider/faults.ts";
import { slotTime } from "../../shared/checkpoints/name.ts";
import { type Night as NightRecord, nightRecord, openNights } from "../../shared/checkpoints/night.ts";
import { slotRecord } from "../../shared/checkpoints/slot.ts";
import type { CheckpointRule } from "../../shared/estate/estate.ts";
import { measuresOf } from "../../shared/lambda/measures.ts";
import { EntryRefused, type Ledger } from "../../shared/ledger/ledger.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { summarizeNight } from "../../shared/report/night.ts";
import { Mortal } from "../support/mortal.ts";
import { due, type NightOptions, nightOverHttp } from "../support/night-over-http.ts";

const minute_ms = 60_000;
let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function open(options: NightOptions) {
  const night = await nightOverHttp(options);
  close = night.close;
  return night;
}

type Night = Awaited<ReturnType<typeof open>>;

/** Lets the settle schedule run every five minutes until nothing is open. Returns how often it ran. */
async function untilSettled(night: Night, delivery: Parameters<Night["deliver"]>[0] = {}): Promise<number> {
  for (let runs = 1; runs <= 60; runs++) {
    night.later(5 * minute_ms);
    const settled = await night.settle();
    await night.deliver(delivery);
    const demo = settled.demo;
    if (demo !== "failed" && demo?.open === 0) return runs;
  }
  throw new Error("the night is still open after five hours");
}

/** Resources with more than one good backup of this night, asked of the world itself. */
function coveredTwice({ demo }: Night): string[] {
  const good = new Map<string, number>();
  for (const backup of demo.world.backups.all()) {
    const ours =
      backup.name.startsWith("vigil-20261121T010000Z-") && backup.status === "available" && !backup.parent_id;
    if (ours) good.set(backup.resource_id, (good.get(backup.resource_id) ?? 0) + 1);
  }
  return [...good].filter(([, count]) => count > 1).map(([id]) => id);
}

describe("a calm night", () => {
  test("ends with every selected vault covered, and every other one with its reason", async () => {
    const night = await open({ vaults: 20 });
    expect(await night.plan()).toMatchObject({ fresh: true });
    await night.deliver();
    await untilSettled(night);
    const summary = summarizeNight(await night.slots());
    expect(summary).toMatchObject({ goalsMet: true, open: 0, retried: 1 });
    expect(summary.skipped.map(({ reason }) => reason.split(":")[0]).sort()).toEqual(
      ["deleting", "empty", "empty", "frozen", "full", "lock"].sort(),
    );
    expect(summary.failed).toMatchObject([
      { id: night.demo.estate.refused_resource_id, kind: "resource", code: "BackupService.7103" },
    ]);
    expect(coveredTwice(night)).toEqual([]);
    expect(night.notifications.map(({ attributes }) => attributes.kind)).toEqual(["night-summary"]);
    for (const { id, reason } of summary.skipped)
      expect(night.notifications[0]?.text).toContain(`(${id}): ${reason}`);
  });

  test("is planned once, however often the scheduler fires or the planner is retried", async () => {
    const night = await open({ vaults: 20 });
    const plans = await Promise.all([night.plan(), night.plan(), night.plan()]);
    expect(plans.filter(({ fresh }) => fresh)).toHaveLength(1);
    await night.deliver({ times: 3 });
    await untilSettled(night, { times: 2 });
    expect(coveredTwice(night)).toEqual([]);
    const { selected, retried } = summarizeNight(await night.slots());
    expect(night.cloud.calls.counts().createCheckpoint?.["200"]).toBe(selected + retried);
  });

  test("costs the provider at most 1.1 calls per vault, with slots open for 20 minutes and settling every 5", async () => {
    const night = await open({
      vaults: 2015,
      settings: { backup_ms: [19 * minute_ms, 20 * minute_ms], wait_ms: [1000, 2000] },
    });
    const { selected } = await night.plan();
    await night.deliver();
    await untilSettled(night);
    expect(summarizeNight(await night.slots())).toMatchObject({ goalsMet: true });
    const calls = Object.values(night.calls()).reduce((sum, count) => sum + count, 0);
    expect(selected).toBeGreaterThan(2000);
    expect(calls / selected).toBeLessThanOrEqual(1.1);
  });
});

describe("a night of odd answers", () => {
  const odd = (fields: object) => ({ kind: "odd", ...fields });

  test("as real gateways give them ends as any other: nulls, missing fields, no totals, pages below the limit", async () => {
    const faults = faultPlan.parse({
      calls: [odd({ oddity: "sparse", probability: 0.5 }), odd({ oddity: "capped", largest_page: 4 })],
    });
    const night = await open({ vaults: 20, faults });
    await night.plan();
    await night.deliver();
    await untilSettled(night);
    expect(summarizeNight(await night.slots())).toMatchObject({ goalsMet: true, open: 0, retried: 1 });
    expect(coveredTwice(night)).toEqual([]);
  });

  test("with a page of HTML in the place of an answer posts nothing twice", async () => {
    const faults = faultPlan.parse({
      calls: ["createCheckpoint", "listBackups"].map((operation) =>
        odd({ operation, oddity: "html", probability: 0.3 }),
      ),
    });
    const night = await open({ vaults: 20, faults });
    await night.plan();
    await night.deliver({ times: 2 });
    await untilSettled(night, { times: 2 });
    expect(coveredTwice(night)).toEqual([]);
    expect(summarizeNight(await night.slots())).toMatchObject({ goalsMet: true });
  });

  test("leaves a vault out that cannot be read, by its name and with the reason, and no other", async () => {
    const night = await open({ vaults: 20 });
    const [vault] = night.demo.world.vaults.newest(({ tags }) =>
      tags.some(({ value }) => value === "nightly"),
    );
    const item = { oddity: "item", operation: "listVaults", item_id: vault?.id, lacks: ["resources"] };
    night.cloud.faults.add(callFault.parse(odd(item)));
    const { selected, skipped } = await night.plan();
    await night.deliver();
    await untilSettled(night);
    const summary = summarizeNight(await night.slots());
    expect(summary.skipped).toHaveLength(skipped);
    expect(summary.skipped.find(({ id }) => id === vault?.id)).toMatchObject({
      name: vault?.name,
      reason: expect.stringMatching(/^unreadable: .* at resources/),
    });
    expect(summary).toMatchObject({ available: selected, goalsMet: true });
  });

  test("waits while a task cannot be read, and settles when it can", async () => {
    const night = await open({ vaults: 3 });
    await night.plan();
    await night.deliver();
    night.cloud.faults.add(
      callFault.parse(odd({ oddity: "item", operation: "listTasks", lacks: ["extra_info", "status"] })),
    );
    for (let round = 0; round < 12; round++) {
      night.later(5 * minute_ms);
      await night.settle();
      await night.deliver();
    }
    expect(summarizeNight(await night.slots()).open).toBe(1);
    expect(coveredTwice(night)).toEqual([]);
    night.cloud.faults.setPlan(presets.none);
    await untilSettled(night);
    expect(summarizeNight(await night.slots())).toMatchObject({ goalsMet: true });
    expect(coveredTwice(night)).toEqual([]);
  });

  test("posts nothing while what may be its own checkpoint cannot be read, and adopts it when it can", async () => {
    const lost = { kind: "reset", operation: "createCheckpoint", when: "after", times: 1 };
    const hidden = ["listTasks", "listBackups"].map((operation) =>
      odd({ oddity: "item", operation, lacks: ["id", "name", "extra_info"] }),
    );
    const night = await open({ vaults: 1, faults: faultPlan.parse({ calls: [lost, ...hidden] }) });
    await night.plan();
    for (let round = 0; round < 6; round++) {
      await night.deliver();
      night.later(5 * minute_ms);
      await night.settle();
    }
    const made = () => night.cloud.world.checkpoints.all().filter(({ name }) => name.startsWith("vigil-"));
    expect(made()).toHaveLength(1);
    expect(summarizeNight(await night.slots()).open).toBe(1);
    night.cloud.faults.setPlan(presets.none);
    await untilSettled(night);
    expect(made()).toHaveLength(1);
    expect(summarizeNight(await night.slots())).toMatchObject({ goalsMet: true });
  });
});

describe("a heavy night", () => {
  test("with lost answers, throttling, errors, listing lag and every message twice ends with one good backup each", async () => {
    const night = await open({ vaults: 60, faults: presets.heavy });
    while (!(await night.plan().catch(() => undefined))) night.later(minute_ms);
    await night.deliver({ times: 2 });
    await untilSettled(night, { times: 2 });
    const summary = summarizeNight(await night.slots());
    expect(coveredTwice(night)).toEqual([]);
    expect(summary).toMatchObject({ goalsMet: true, open: 0 });
  });
});

describe("an adopted checkpoint", () => {
  test("of a vault with a refused resource is not lost because nobody can say which one it left out", async () => {
    const lost = { kind: "reset", operation: "createCheckpoint", when: "after", times: 3 };
    const night = await open({ vaults: 3, faults: faultPlan.parse({ calls: [lost] }) });
    await night.plan();
    await night.deliver();
    await untilSettled(night);
    const summary = summarizeNight(await night.slots());
    expect(summary).toMatchObject({ selected: 3, available: 3, goalsMet: true });
    expect(summary.failed).toMatchObject([
      { id: night.demo.estate.refused_resource_id, code: "BackupService.0001" },
    ]);
    expect(coveredTwice(night)).toEqual([]);
  });
});

describe("create-checkpoint, killed", () => {
  test.each([
    ["in a calm night", presets.none],
    [
      "with answers lost after the effect",
      faultPlan.parse({ calls: [{ kind: "reset", operation: "createCheckpoint", when: "after", times: 1 }] }),
    ],
  ])("at any await, %s, leaves exactly one checkpoint once its message has come again", async (_, faults) => {
    let moments = 0;
    for (let dieAt = 1, outcome = "died"; outcome === "died"; dieAt++) {
      const night = await open({ vaults: 1, faults });
      await night.plan();
      const [message] = night.messages;
      if (!message) throw new Error("no vault was selected");
      outcome = await night.deliverTo(new Mortal(dieAt), message);
      await untilSettled(night, { times: 2 });
      expect(coveredTwice(night), `killed at moment ${dieAt}`).toEqual([]);
      expect(
        night.cloud.world.checkpoints.all().filter(({ name }) => name.startsWith("vigil-")),
      ).toHaveLength(1);
      expect(summarizeNight(await night.slots()), `killed at moment ${dieAt}`).toMatchObject({
        goalsMet: true,
      });
      moments = dieAt;
      await close?.();
      close = undefined;
    }
    // Read twice, claim, post, record: each before and after its effect. The last round dies nowhere.
    expect(moments).toBeGreaterThanOrEqual(9);
  });
});

describe("a message that was lost", () => {
  test("is sent again by settling", async () => {
    const night = await open({ vaults: 20 });
    await night.plan();
    night.messages.splice(0);
    await untilSettled(night);
    expect(summarizeNight(await night.slots())).toMatchObject({ goalsMet: true });
  });
});

describe("a slot that create-checkpoint itself ends", () => {
  test("is measured as failed, once, so that the alarm rings", async () => {
    const night = await open({ vaults: 4 });
    await night.plan();
    night.later(24 * 60 * minute_ms);
    const delivered = await night.deliver({ times: 2 });
    const slots = await night.slots();
    const failed = slots.filter(({ work }) => work.settled?.outcome === "given-up").length;
    expect(failed).toBeGreaterThan(0);
    expect(delivered.flatMap(measure)).toEqual(
      Array.from({ length: failed }, () => measuresOf("demo", { SlotsSettled: 1, SlotsFailed: 1 })).flat(),
    );
    await night.settle();
    expect(night.measures).toContainEqual({ project: "demo", name: "SlotsFailed", value: 0 });
  });
});

describe("a night that nobody planned", () => {
  test("is backfilled once, looked up before its first post, and people are told", async () => {
    const night = await open({ vaults: 20 });
    night.later(-60 * minute_ms);
    await night.settle();
    night.later(90 * minute_ms);
    const settled = await night.settle();
    expect(settled.demo).toMatchObject({ backfilled: [`${due} nightly`] });
    await night.deliver();
    await untilSettled(night);
    expect(night.calls().listBackups).toBeGreaterThan(0);
    expect(summarizeNight(await night.slots())).toMatchObject({ goalsMet: true });
    const missed = night.notifications.filter(({ attributes }) => attributes.cause === "night-missed");
    expect(missed.map(({ attributes }) => attributes.state)).toEqual(["raised", "cleared"]);
  });

  test("is no missed night when the rule is new", async () => {
    const night = await open({ vaults: 20 });
    night.later(90 * minute_ms);
    expect((await night.settle()).demo).toMatchObject({ backfilled: [] });
  });
});

describe("a topic that refuses every message", () => {
  test("keeps no night from being closed; its summary is sent when the topic takes it", async () => {
    const night = await open({ vaults: 3 });
    const { notify } = night.publisher;
    night.publisher.notify = () => Promise.reject(new Error("the topic's key is disabled"));
    await night.plan();
    await night.deliver();
    await untilSettled(night);
    const id = { project: "demo", rule: "nightly", scheduled_at: due };
    expect((await nightRecord.read(night.ledger, id))?.value.state).toBe("closed");
    expect(night.notifications).toEqual([]);
    expect(night.measures.at(-1)).toEqual({ project: "demo", name: "NotificationsUndelivered", value: 1 });

    night.publisher.notify = notify;
    night.later(5 * minute_ms);
    await night.settle();
    expect(night.notifications).toMatchObject([{ attributes: { kind: "night-summary", goals: "met" } }]);
    expect(night.measures.at(-1)).toMatchObject({ name: "NotificationsUndelivered", value: 0 });
  });
});

describe("two rules that are due at the same time for the same vaults, where no check could see it", () => {
  /** The night's rule, which leaves one resource of a vault with several out, and one that wants full backups of all. */
  function rulesOf({ estate, demo }: Night) {
    const [nightly] = estate.projects[0]?.checkpoints ?? [];
    const several = demo.world.vaults.newest(
      ({ resources, tags, status }) =>
        resources.size > 1 && status === "available" && tags.some(({ value }) => value === "nightly"),
    )[0];
    const [excluded] = several?.resources.keys() ?? [];
    if (!nightly || !several || !excluded) throw new Error("the demo has no vault with several resources");
    const partly = { ...nightly, exclude_resource_ids: [excluded] };
    const full = { ...nightly, name: "full", incremental: false, deadline_minutes: 120 };
    return { rules: [partly, full], vault_id: several.id, excluded };
  }
  const summaries = ({ notifications }: Night) =>
    notifications.filter(({ attributes }) => attributes.kind === "night-summary");

  test("share one checkpoint that serves both wishes, and both nights say so", async () => {
    const night = await open({ vaults: 20 });
    const { rules, vault_id, excluded } = rulesOf(night);
    await night.plan("nightly", rules);
    await night.plan("full", rules);
    const slot = (await night.slots()).find((one) => one.vault_id === vault_id);
    expect(slot).toMatchObject({
      rule: "nightly",
      shared_with: [{ rule: "full", unserved: null }],
      incremental: false,
      named: false,
      deadline_at_ms: Date.parse(due) + 120 * minute_ms,
    });
    expect(slot?.resources).toContain(excluded);
    await night.deliver();
    await untilSettled(night);
    expect(coveredTwice(night)).toEqual([]);
    const told = summaries(night);
    expect(told.map(({ attributes }) => attributes.goals)).toEqual(["met", "met"]);
    expect(told.map(({ text }) => /selected by (\w+), due at the same time/.exec(text)?.[1]).sort()).toEqual([
      "full",
      "nightly",
    ]);
  });

  test("say what the later one does not get when the checkpoint was posted before it was planned", async () => {
    const night = await open({ vaults: 20 });
    const { rules, excluded } = rulesOf(night);
    await night.plan("nightly", rules);
    await night.deliver();
    await night.plan("full", rules);
    await night.deliver();
    await untilSettled(night);
    expect(coveredTwice(night)).toEqual([]);
    const ofFull = summaries(night).find(({ subject }) => subject.includes(`${due} full`));
    expect(ofFull?.attributes.goals).toBe("unmet");
    expect(ofFull?.text).toContain(
      `posted before this rule was planned: without ${excluded}; incremental, not full`,
    );
  });
});

describe("a rule that was edited during the day", () => {
  const scheduleFrom = ({ estate }: Night, schedule: CheckpointRule["schedule"]): CheckpointRule[] =>
    estate.projects.flatMap(({ checkpoints }) => checkpoints.map((rule) => ({ ...rule, schedule })));
  /** What settling plans of itself in the first half hour, and a day later. */
  async function backfilled(night: Night, rules: readonly CheckpointRule[]) {
    const nights: string[] = [];
    for (const minutes of [0, 30, 23 * 60 + 30]) {
      night.later(minutes * minute_ms);
      const { demo } = await night.settle(rules);
      if (demo === "failed" || demo === undefined) throw new Error("the project was not settled");
      nights.push(...demo.backfilled);
    }
    return nights;
  }

  test.each([
    ["to a time that is past", { cron: "30 0 * * *" }, "2026-11-22T00:30:00Z"],
    ["to another zone", { cron: "0 1 * * *", timezone: "Europe/Berlin" }, "2026-11-22T00:00:00Z"],
  ])("%s begins with its next time; the one before the edit is nobody's", async (_, schedule, next) => {
    const night = await open({ vaults: 3 });
    await night.settle();
    await night.plan();
    night.later(60 * minute_ms);
    expect(await backfilled(night, scheduleFrom(night, schedule))).toEqual([`${next} nightly`]);
  });

  test("is not edited by another spelling of the same times", async () => {
    const night = await open({ vaults: 3 });
    night.later(-60 * minute_ms);
    await night.settle();
    night.later(90 * minute_ms);
    const settled = await night.settle(scheduleFrom(night, { cron: "00 01 * * 0-6", timezone: "UTC" }));
    expect(settled.demo).toMatchObject({ backfilled: [`${due} nightly`] });
  });

  test("and taken out, then brought back, begins with its next time", async () => {
    const night = await open({ vaults: 3 });
    const rules = scheduleFrom(night, { cron: "0 2 * * *" });
    await night.settle(rules);
    night.later(30 * minute_ms);
    await night.settle(rules.map((rule) => ({ ...rule, name: "another" })));
    night.later(60 * minute_ms);
    expect(await backfilled(night, rules)).toEqual(["2026-11-22T02:00:00Z nightly"]);
  });
});

describe("more open nights than anybody expects", () => {
  const oldest_ms = Date.parse(due) - 60 * 24 * 60 * minute_ms;
  const nightAt = (index: number): NightRecord => ({
    project: "demo",
    rule: "nightly",
    scheduled_at: slotTime(new Date(oldest_ms + index * 60 * minute_ms).toISOString()),
    deadline_at_ms: oldest_ms + (index + 4) * 60 * minute_ms,
    state: "open",
    planned_at_ms: oldest_ms + index * 60 * minute_ms,
    closed_at_ms: null,
    late: false,
    selected: 1,
    skipped: 0,
    unselected: 0,
    advice: "",
  });

  test("are all looked after, whatever their age: the first is sent again, settled, closed and told", async () => {
    const night = await open({ vaults: 3 });
    await night.plan();
    const [slot] = await night.slots();
    if (!slot) throw new Error("no vault was selected");
    for (let index = 0; index < 60; index++) {
      const old = nightAt(index);
      await nightRecord.create(night.ledger, old);
      const planned = { ...slot, scheduled_at: old.scheduled_at, deadline_at_ms: old.deadline_at_ms };
      await slotRecord.create(night.ledger, planned);
    }
    await night.settle();
    const read = await Promise.all(
      Array.from({ length: 60 }, (_, index) => nightRecord.read(night.ledger, nightAt(index))),
    );
    expect(read.filter((one) => one?.value.state !== "closed")).toEqual([]);
    const told = night.notifications.filter(({ subject }) => subject.includes(nightAt(0).scheduled_at));
    expect(told).toMatchObject([{ attributes: { kind: "night-summary", goals: "unmet" } }]);
    expect((await openNights(night.ledger, "demo")).map(({ value }) => value.scheduled_at)).toEqual([due]);
  });

  test("cost nothing once they are closed", async () => {
    const ledger = memoryLedger();
    for (let index = 0; index < 100; index++)
      await nightRecord.create(ledger, { ...nightAt(index), state: index === 3 ? "open" : "closed" });
    let entries = 0;
    const counting: Ledger = {
      ...ledger,
      async *list(listing) {
        for await (const entry of ledger.list(listing)) {
          entries++;
          yield entry;
        }
      },
    };
    expect(await openNights(counting, "demo")).toMatchObject([{ value: nightAt(3), superseded: false }]);
    expect(entries).toBe(1);
  });
});

describe("a night whose planner never came to its end", () => {
  const id = { project: "demo", rule: "nightly", scheduled_at: due };

  async function leftBehind(night: Night, change: Partial<NightRecord> = {}) {
    const seen = await nightRecord.read(night.ledger, id);
    if (!seen) throw new Error("the night was not planned");
    await nightRecord.replace(night.ledger, seen, { ...seen.value, ...change, state: "planning" });
    await night.settle();
    night.later(25 * 60 * minute_ms);
    await night.settle();
    await night.deliver();
    await untilSettled(night);
    await night.settle();
    return (await nightRecord.read(night.ledger, id))?.value.state;
  }
  const summaries = ({ notifications }: Night) =>
    notifications.filter(
      ({ attributes, subject }) => attributes.kind === "night-summary" && subject.includes(due),
    );

  test("is closed, and people are told, when the rule's next night has begun", async () => {
    const night = await open({ vaults: 20 });
    await night.plan();
    await night.deliver();
    expect(await leftBehind(night)).toBe("closed");
    expect(summaries(night)).toHaveLength(1);
    expect(summaries(night)[0]?.text).not.toContain("never planned");
  });

  test("is closed, and people are told, when its rule was taken out of the estate", async () => {
    const night = await open({ vaults: 20 });
    await night.plan();
    await night.deliver();
    await untilSettled(night);
    const seen = await nightRecord.read(night.ledger, id);
    const [rule] = night.estate.projects[0]?.checkpoints ?? [];
    if (!seen || !rule) throw new Error("the night was not planned");
    await nightRecord.replace(night.ledger, seen, {
      ...seen.value,
      state: "planning",
      planned_at_ms: night.clock.now(),
    });
    await night.settle([{ ...rule, name: "another" }]);
    expect((await nightRecord.read(night.ledger, id))?.value.state).toBe("planning");
    night.later(20 * minute_ms);
    await night.settle([{ ...rule, name: "another" }]);
    expect((await nightRecord.read(night.ledger, id))?.value.state).toBe("closed");
    expect(summaries(night)).not.toEqual([]);
  });

  test("is begun again, also when settling heard of its rule only after it was due", async () => {
    const night = await open({ vaults: 20 });
    await night.plan();
    const seen = await nightRecord.read(night.ledger, id);
    if (!seen) throw new Error("the night was not planned");
    await nightRecord.replace(night.ledger, seen, { ...seen.value, state: "planning" });
    night.later(10 * minute_ms);
    await night.settle();
    night.later(15 * minute_ms);
    await night.settle();
    expect((await nightRecord.read(night.ledger, id))?.value.state).toBe("open");
  });

  test("says so when vaults were left out of it", async () => {
    const night = await open({ vaults: 20 });
    await night.plan();
    await night.deliver();
    expect(await leftBehind(night, { selected: 40 })).toBe("closed");
    expect(summaries(night)).toMatchObject([{ attributes: { goals: "unmet" } }]);
    expect(summaries(night)[0]?.text).toContain("vaults were never planned");
  });

  test("says so when vaults that it would have skipped were left out of it", async () => {
    const night = await open({ vaults: 20 });
    await night.plan();
    await night.deliver();
    const skipped = (await nightRecord.read(night.ledger, id))?.value.skipped ?? 0;
    expect(await leftBehind(night, { skipped: skipped + 2 })).toBe("closed");
    expect(summaries(night)[0]?.text).toContain("  2 vaults that would have been skipped are not named: ");
  });
});

describe("a vault whose slot the table refuses", () => {
  /** Refuses what is written under one vault's key while `refuses` says so. */
  function refusing({ ledger }: Night, vault_id: string, refuses: (data: unknown) => boolean) {
    const { write } = ledger;
    ledger.write = async (entry, expected) => {
      if (entry.key.sort === vault_id && refuses(entry.data))
        throw new EntryRefused(entry.key, "it is too large");
      return write(entry, expected);
    };
  }
  const anyVault = ({ demo: { world, estate } }: Night): string => {
    const vault = world.vaults
      .all()
      .find(({ resources }) => resources.size > 0 && !resources.has(estate.refused_resource_id ?? ""));
    if (!vault) throw new Error("the demo has no vault without a refused resource");
    return vault.id;
  };
  const withResources = z.object({ resources: z.array(z.string()).min(1) });
  const done = z.object({ work: z.object({ settled: z.object({ outcome: z.literal("done") }) }) });

  test.each([
    ["when it is planned", withResources],
    ["when it is settled", done],
  ])("costs that vault only, %s, and people are told", async (_, schema) => {
    const night = await open({ vaults: 3 });
    const vault_id = anyVault(night);
    refusing(night, vault_id, (data) => schema.safeParse(data).success);
    expect(await night.plan()).toMatchObject({ fresh: true, selected: 3 });
    await night.deliver();
    await untilSettled(night);
    const summary = summarizeNight(await night.slots());
    expect(summary).toMatchObject({ selected: 3, available: 2, goalsMet: false });
    expect(summary.failed).toContainEqual(expect.objectContaining({ id: vault_id, code: "record-refused" }));
    expect(night.notifications.at(-1)?.text).toContain(`vault ${vault_id}: ledger entry`);
  });

  test("and of which nothing can be written at all leaves the night unfinished, with all others on their way", async () => {
    const night = await open({ vaults: 3 });
    refusing(night, anyVault(night), () => true);
    await expect(night.plan()).rejects.toThrow(EntryRefused);
    expect(night.messages).toHaveLength(2);
  });
});

describe("a project that a deployment has backed up already", () => {
  const checkpointsOf = (slots: Awaited<ReturnType<Night["slots"]>>) =>
    slots.flatMap(({ attempts }) => attempts.map(({ checkpoint_id }) => checkpoint_id));
  const posted = ({ demo }: Night) =>
    demo.world.checkpoints.all().filter(({ name }) => name.startsWith("vigil-")).length;

  async function backedUp() {
    const night = await open({ vaults: 3 });
    await night.plan();
    await night.deliver();
    await untilSettled(night);
    return { night, first: new Set(checkpointsOf(await night.slots())), before: posted(night) };
  }

  test("gives a second deployment nothing to adopt: its attempts have other names", async () => {
    const { night, first, before } = await backedUp();
    const second = checkpointsOf(await night.plannedBeside("another"));
    expect(second).toHaveLength(3);
    expect(second.filter((id) => first.has(id))).toEqual([]);
    expect(posted(night)).toBe(before + 3);
  });

  test("is found again by the same deployment with a new ledger, which posts nothing", async () => {
    const { night, first, before } = await backedUp();
    const again = checkpointsOf(await night.plannedBeside("test"));
    expect(again).toHaveLength(3);
    expect(again.filter((id) => !first.has(id))).toEqual([]);
    expect(posted(night)).toBe(before);
  });
});
