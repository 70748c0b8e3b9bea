import { describe, expect, test } from "vitest";
import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { faultPlan } from "../../infra/local/provider/faults.ts";
import { auditsOf, nextTrigger } from "../../shared/instances/audit.ts";
import { type InstancesCloud, type InstancesOptions, instancesCloud, minutes } from "./cloud.ts";

const audit = {
  bucket_name: "audit-backups",
  bucket_root_path: "vigil/",
  cycle: "PER_DAY",
  trigger_time: "02:30",
} as const;

function asked(options: InstancesOptions & { byHand?: boolean } = {}) {
  const probe = instancesCloud();
  const by_hand = options.byHand ? [probe.demo.instances.audit_instance_by_hand] : [];
  const night = instancesCloud({ instances: { audit: { ...audit, by_hand } }, ...options });
  const ids = night.demo.instances.audit_instances;
  const ask = () =>
    night.auditQueue.send(
      ids.map((instance_id) => ({ body: auditInstanceFound.create({ project: "demo", instance_id }) })),
    );
  const switched = () => ids.map((id) => night.demo.world.auditInstances.get(id)?.switched);
  return { night, ids, ask, switched };
}

const outcomes = async ({ ledger }: InstancesCloud) =>
  Object.fromEntries(
    (await Array.fromAsync(auditsOf(ledger, "demo"))).map(({ value }) => [
      value.instance_id,
      value.work.settled?.outcome ?? value.work.state,
    ]),
  );

async function settleFor(night: InstancesCloud, hours: number) {
  for (let round = 0; round < hours * 12; round++) {
    await night.deliverAudits();
    await night.clock.later(minutes(5));
    await night.settleInstances();
  }
}

describe("an audit instance", () => {
  test("is switched on once, as the estate says, and is covered when its status confirms it", async () => {
    const { night, ids, ask, switched } = asked();
    await ask();
    await ask();
    await settleFor(night, 1);
    await ask();
    await settleFor(night, 1);
    expect(await outcomes(night)).toEqual(Object.fromEntries(ids.map((id) => [id, "done"])));
    // The third works already: whoever has set it up, it is left as it is.
    expect(switched()).toEqual([1, 1, 1]);
    expect(night.demo.world.auditInstances.get(ids[0] ?? "")?.backup).toEqual({
      bucket_name: "audit-backups",
      bucket_root_path: "vigil/",
      cycle: "PER_DAY",
      mode: "AUTO",
      // 02:00 in Berlin when it was asked for.
      trigger_time: "2026-11-21 02:30:00",
    });
  });

  test("that the estate marks as set by hand is left alone and reported", async () => {
    const { night, ids, ask } = asked({ byHand: true });
    await ask();
    await settleFor(night, 1);
    expect(Object.values(await outcomes(night)).sort()).toEqual(["done", "done", "skipped"]);
    const byHand = night.demo.world.auditInstances.get(ids[2] ?? "");
    expect(byHand).toMatchObject({ switched: 1, backup: { bucket_name: "set-by-hand" } });
  });

  test("whose switch was lost on the way is switched again", async () => {
    const faults = faultPlan.parse({
      calls: [
        { kind: "error", operation: "setAuditBackup", when: "before", times: 6 },
        { kind: "throttle", probability: 0.1, retry_after_s: 1 },
      ],
    });
    const { night, ids, ask } = asked({ faults });
    await ask();
    await settleFor(night, 3);
    expect(await outcomes(night)).toEqual(Object.fromEntries(ids.map((id) => [id, "done"])));
  });

  test("that is never confirmed is switched three times, then reported, and taken up again a day later", async () => {
    const never_ms = 1000 * 24 * 60 * minutes(1);
    const { night, ids, ask } = asked({ settings: { audit_confirm_ms: [never_ms, never_ms] } });
    const [first = ""] = ids;
    const instance = night.demo.world.auditInstances.get(first);
    await ask();
    // Each time the provider's first backup of the next night is waited for.
    await settleFor(night, 24 * 3);
    expect(instance?.switched).toBe(3);
    expect((await outcomes(night))[first]).toBe("failed");
    await ask();
    await settleFor(night, 1);
    expect(instance?.switched).toBe(3);
    await settleFor(night, 24);
    await ask();
    await settleFor(night, 1);
    expect(instance?.switched).toBe(4);
  });

  test("of a project without rules is left alone", async () => {
    const { night, ask, switched } = asked({ instances: {} });
    await ask();
    expect((await night.deliverAudits()).map(({ did }) => did)).toEqual(["nothing", "nothing", "nothing"]);
    expect(switched()).toEqual([0, 0, 1]);
  });
});

describe("the next trigger", () => {
  const at = (trigger_time: string, timezone: string, now: string) =>
    nextTrigger({ trigger_time, timezone }, Date.parse(now)).text;

  test("is the estate's time of day in its zone, today or tomorrow", () => {
    expect(at("02:30", "Europe/Berlin", "2026-11-21T01:00:00Z")).toBe("2026-11-21 02:30:00");
    expect(at("02:30", "Europe/Berlin", "2026-11-21T01:26:00Z")).toBe("2026-11-22 02:30:00");
    expect(at("00:15", "Asia/Shanghai", "2026-12-31T15:00:00Z")).toBe("2027-01-01 00:15:00");
  });

  test("exists on the day on which the zone skips it, and comes once when it occurs twice", () => {
    expect(at("02:30", "Europe/Berlin", "2027-03-28T00:00:00Z")).toBe("2027-03-28 03:30:00");
    expect(at("02:30", "Europe/Berlin", "2026-10-25T00:00:00Z")).toBe("2026-10-25 02:30:00");
    expect(at("02:30", "Europe/Berlin", "2026-10-25T00:40:00Z")).toBe("2026-10-26 02:30:00");
  });
});
