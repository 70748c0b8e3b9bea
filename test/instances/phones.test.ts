import { describe, expect, test } from "vitest";
import { phoneBackupFailed } from "../../events/phone-backup-failed.ts";
import { phoneReleaseRequested } from "../../events/phone-release-requested.ts";
import { phoneReleased } from "../../events/phone-released.ts";
import { addPhones } from "../../infra/local/provider/demo/instances.ts";
import { type FaultPlan, faultPlan } from "../../infra/local/provider/faults.ts";
import { addPhone } from "../../infra/local/provider/world/phones.ts";
import { seededRandom } from "../../infra/local/provider/world/random.ts";
import type { PhoneState } from "../../infra/local/provider/world/services.ts";
import { writeStop } from "../../shared/control/stop.ts";
import { endedPhones, eventIdOf, openPhones, phoneRecord } from "../../shared/instances/phones/phone.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { type InstancesCloud, type InstancesOptions, instancesCloud, minutes } from "./cloud.ts";

const request = (instance_id: string, release_id = "r1") => ({
  body: phoneReleaseRequested.create({ project: "demo", instance_id, release_id }),
});
const idOf = (instance_id: string, release_id = "r1") => ({ project: "demo", instance_id, release_id });

/** A demo estate with some phones of one state, asked to be released. */
async function releaseOf(state: PhoneState, options: InstancesOptions & { count?: number } = {}) {
  const night = instancesCloud(options);
  const phones = addPhones(night.demo.world, night.project.project_id, options.count ?? 1, state);
  await night.releaseQueue.send(phones.map(({ id }) => request(id)));
  return { night, phones };
}

/** Delivers what waits and settles, every five minutes, until every release is over. */
async function untilOver(night: InstancesCloud, most_hours = 40) {
  for (let round = 0; round < most_hours * 12; round++) {
    await night.deliverReleases(100).catch(() => undefined);
    await night.clock.later(minutes(5));
    await night.settlePhones();
    if ((await Array.fromAsync(openPhones(night.ledger, "demo"))).length === 0) return;
  }
  throw new Error("releases are still open");
}

const announced = ({ notifications }: InstancesCloud) =>
  notifications
    .filter(({ attributes }) => attributes.kind?.startsWith("phone."))
    .map(({ attributes, text }) =>
      attributes.kind === phoneReleased.name
        ? { kind: "released" as const, code: undefined, ...phoneReleased.parse(text) }
        : { kind: "failed" as const, ...phoneBackupFailed.parse(text) },
    );

describe("a release", () => {
  test.each([2, 7] as const)("of a phone in state %i is backed up once and announced", async (state) => {
    const { night, phones } = await releaseOf(state);
    await untilOver(night);
    expect(phones[0]).toMatchObject({ backups_started: 1, backups_finished: 1, state: 0 });
    const [event, ...others] = announced(night);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ kind: "released", instance_id: phones[0]?.id, release_id: "r1" });
    expect(event?.event_id).toBe(eventIdOf(idOf(phones[0]?.id ?? "")));
  });

  test("of a phone whose data is being loaded waits until it is", async () => {
    const { night, phones } = await releaseOf(1);
    await night.deliverReleases();
    expect(night.cloud.calls.counts().backupInstances).toBeUndefined();
    await untilOver(night);
    expect(phones[0]).toMatchObject({ backups_started: 1, backups_finished: 1 });
  });

  test("of an idle phone without a job of ours is unproven", async () => {
    const { night, phones } = await releaseOf(0);
    await untilOver(night);
    expect(phones[0]?.backups_started).toBe(0);
    expect(announced(night)).toMatchObject([{ kind: "failed", code: "unproven" }]);
  });

  test("of a phone that somebody else is backing up waits, and is not taken for ours", async () => {
    const { night, phones } = await releaseOf(2);
    const [phone] = phones;
    if (phone) phone.state = 4;
    await night.deliverReleases();
    expect(night.cloud.calls.counts().backupInstances).toBeUndefined();
    if (phone) phone.state = 0;
    await untilOver(night);
    expect(announced(night)).toMatchObject([{ kind: "failed", code: "unproven" }]);
  });

  test.each([5, 6] as const)("of a phone in state %i is tried by rule, then reported", async (state) => {
    const { night } = await releaseOf(state);
    await untilOver(night);
    expect(night.cloud.calls.counts().backupInstances).toBeUndefined();
    expect(announced(night)).toMatchObject([{ kind: "failed", attempts: 3 }]);
  });

  test("whose job fails is tried again", async () => {
    const { night, phones } = await releaseOf(2);
    phones[0]?.fates.push("failed");
    await untilOver(night);
    expect(phones[0]).toMatchObject({ backups_started: 2, backups_finished: 1 });
    expect(announced(night)).toMatchObject([{ kind: "released" }]);
  });

  test("of a phone that the provider takes no job for is a failure, and does not spoil its batch", async () => {
    const { night, phones } = await releaseOf(2, { count: 5 });
    const [frozen] = phones;
    if (frozen) frozen.frozen = true;
    await untilOver(night);
    expect(phones.map(({ backups_finished }) => backups_finished)).toEqual([0, 1, 1, 1, 1]);
    const failed = announced(night).filter(({ kind }) => kind === "failed");
    expect(failed).toMatchObject([{ instance_id: frozen?.id, code: "KOOPHONE.API.2004" }]);
  });

  test("asked for twice for the same instance, by two ids, makes one call at a time", async () => {
    const { night, phones } = await releaseOf(2);
    await night.releaseQueue.send([request(phones[0]?.id ?? "", "r2")]);
    await untilOver(night);
    expect(phones[0]).toMatchObject({ backups_started: 1, backups_finished: 1 });
    expect(
      announced(night)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(["failed", "released"]);
  });

  test("is never called for while the stop flag is set, and called for once it is lifted", async () => {
    const { night, phones } = await releaseOf(2, { count: 3 });
    const flag = { reason: "test", changed_at_ms: 0 };
    await writeStop(night.ledger, { stopped: true, ...flag });
    for (let round = 0; round < 12; round++) {
      await night.deliverReleases();
      await night.clock.later(minutes(5));
      await night.settlePhones();
    }
    expect(phones.map(({ backups_started }) => backups_started)).toEqual([0, 0, 0]);
    await writeStop(night.ledger, { stopped: false, ...flag });
    await untilOver(night);
    expect(phones.map(({ backups_finished }) => backups_finished)).toEqual([1, 1, 1]);
  });

  test("that cannot be backed up by its deadline says so", async () => {
    const { night, phones } = await releaseOf(2, { instances: { phones: { deadline_hours: 1 } } });
    if (phones[0]) phones[0].state = 3;
    await untilOver(night);
    expect(announced(night)).toMatchObject([{ kind: "failed", code: "deadline" }]);
  });

  test("whose answer was lost is looked up, and never called for again when it had worked", async () => {
    const faults = lost(1);
    const { night, phones } = await releaseOf(2, { faults });
    await untilOver(night);
    expect(phones[0]).toMatchObject({ backups_started: 1, backups_finished: 1 });
    expect(announced(night)).toMatchObject([{ kind: "failed", code: "unproven" }]);
  });

  test("is adopted when the function died after the answer and before it had written it for all", async () => {
    let dying = false;
    const ledger = (inner: Ledger): Ledger => ({
      ...inner,
      write: (entry, expected) => {
        if (dying && entry.data.kind === "phone") return Promise.reject(new Error("killed"));
        if (entry.data.kind === "phone-batch" && entry.data.answer) dying = true;
        return inner.write(entry, expected);
      },
    });
    const { night, phones } = await releaseOf(2, { count: 4, ledger });
    await expect(night.deliverReleases()).rejects.toThrow("killed");
    dying = false;
    const revived = phones.map(({ id }) => phoneRecord.read(night.ledger, idOf(id)));
    expect((await Promise.all(revived)).map((seen) => seen?.value.work.state)).toEqual(
      Array(4).fill("intended"),
    );
    await night.clock.later(minutes(10));
    await untilOver(night);
    expect(phones.map(({ backups_started }) => backups_started)).toEqual([1, 1, 1, 1]);
    expect(announced(night).map(({ kind }) => kind)).toEqual(Array(4).fill("released"));
  });
});

function lost(times: number): FaultPlan {
  return faultPlan.parse({
    calls: [{ kind: "reset", operation: "backupInstances", when: "after", times }],
  });
}

describe("a thousand releases", () => {
  test.each([1, 2, 3])(
    "with duplicates, bad ids, lost answers, deaths and every state: once each, proven, announced (seed %i)",
    async (seed) => {
      const random = seededRandom(seed);
      const faults = faultPlan.parse({
        calls: [
          { kind: "reset", operation: "backupInstances", when: "after", probability: 0.2 },
          { kind: "reset", operation: "backupInstances", when: "before", probability: 0.05 },
          { kind: "hang", operation: "backupInstances", when: "after", probability: 0.05 },
          { kind: "error", operation: "backupInstances", when: "before", probability: 0.05 },
          { kind: "throttle", probability: 0.05, retry_after_s: 2 },
          { kind: "error", when: "after", probability: 0.02 },
        ],
        tasks: [{ kind: "task", task: "phone", outcome: "failed", probability: 0.05 }],
      });
      let calm = false;
      const ledger = (inner: Ledger): Ledger => ({
        ...inner,
        write: async (entry, expected) => {
          const dies = !calm && random.fraction() < 0.002;
          if (dies && random.fraction() < 0.5) throw new Error("killed before");
          const written = await inner.write(entry, expected);
          if (dies) throw new Error("killed after");
          return written;
        },
      });
      const night = instancesCloud({ faults, ledger, instances: { phones: { attempts: 5 } } });
      const { world } = night.demo;
      const states: PhoneState[] = [2, 2, 2, 7, 7, 1, 3, 0, 4, 5, 6];
      const phones = Array.from({ length: 980 }, (_, index) =>
        addPhone(world, night.project.project_id, states[index % states.length] ?? 2),
      );
      const good = new Set(phones.filter(({ state }) => [1, 2, 7].includes(state)).map(({ id }) => id));
      const bad = Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? `nobody-${index}` : `far-too-long-an-id-for-the-provider-${index}`,
      );
      const ids = [...phones.map(({ id }) => id), ...bad];

      // Nothing is announced before the provider itself says that it is so.
      const early: string[] = [];
      const { notify } = night.publisher;
      night.publisher.notify = async (notification) => {
        if (notification.attributes.kind === phoneReleased.name) {
          const { instance_id } = phoneReleased.parse(notification.text);
          const phone = world.phones.get(instance_id);
          if (phone?.backups_finished !== 1 || phone.state !== 0) early.push(instance_id);
        }
        if (!calm && random.fraction() < 0.05) {
          await notify(notification);
          throw new Error("the topic did not answer");
        }
        return notify(notification);
      };

      const requests = ids.flatMap((id) =>
        Array.from({ length: 1 + random.between(0, 2) }, () => request(id)),
      );
      requests.sort(() => random.fraction() - 0.5);
      await night.releaseQueue.send(requests);
      for (let round = 0; round < 12 * 40; round++) {
        // SQS gives a batch again whose function died.
        const waiting = [...night.queues.release];
        const deliveries = night.deliverReleases(100);
        await deliveries.catch(() => night.queues.release.push(...waiting.slice(0, 100)));
        if (night.queues.release.length === 0 || round % 5 === 0) {
          await night.clock.later(minutes(5));
          await night.settlePhones().catch(() => undefined);
        }
        if (round > 200) calm = true;
        if (night.queues.release.length > 0) continue;
        if ((await Array.fromAsync(openPhones(night.ledger, "demo"))).length === 0) break;
      }

      const ended = (await Array.fromAsync(endedPhones(night.ledger, "demo"))).map(({ value }) => value);
      expect(ended).toHaveLength(1000);
      expect(early).toEqual([]);
      for (const phone of phones) {
        expect(phone.backups_finished, phone.id).toBeLessThanOrEqual(1);
        if (good.has(phone.id)) expect(phone.backups_finished, phone.id).toBe(1);
      }
      const events = announced(night);
      for (const id of ids) {
        const ofPhone = events.filter(({ instance_id }) => instance_id === id);
        expect(new Set(ofPhone.map(({ event_id }) => event_id)), id).toEqual(new Set([eventIdOf(idOf(id))]));
        expect(new Set(ofPhone.map(({ kind }) => kind)).size, id).toBe(1);
      }
      const released = new Set(
        events.filter(({ kind }) => kind === "released").map(({ instance_id }) => instance_id),
      );
      expect(released.size).toBeGreaterThan(200);
      for (const id of bad) expect(released.has(id)).toBe(false);
    },
  );
});
