import { describe, expect, test } from "vitest";
import { definition } from "../../functions/enforce-policies/definition.ts";
import { enforcePolicies } from "../../functions/enforce-policies/job.ts";
import { faultPlan } from "../../infra/local/provider/faults.ts";
import { associatePolicy, createPolicy } from "../../infra/local/provider/world/policies.ts";
import { approve } from "../../shared/control/approval.ts";
import { driftOfHash, driftsOf } from "../../shared/policies/drift.ts";
import { type InstancesOptions, instancesCloud, minutes, start } from "../instances/cloud.ts";

type Policies = NonNullable<InstancesOptions["policies"]>;

const nightly = ["FREQ=DAILY;BYHOUR=1;BYMINUTE=00"];

/** The policies of the demo estate, under the estate that a test wants. */
function enforcing(policies: Policies, options: Omit<InstancesOptions, "policies"> = {}) {
  const night = instancesCloud({ ...options, policies, rates: { hss: { calls: 600, per_seconds: 60 } } });
  const { clock, ledger, cloud, common, connect, demo, project } = night;
  const [hostPolicy] = demo.world.hostPolicies.newest(() => true);
  if (!hostPolicy) throw new Error("the demo has a policy of host security");
  return {
    ...night,
    hostPolicy,
    project_id: project.project_id,
    run: async () => {
      const provider = connect(definition.provider.operations, "instances", 120_000);
      const all = await clock.run(enforcePolicies({ scheduled_at: start }, { ...common(), provider }));
      return all.demo;
    },
    counts: () => {
      const { updateBackupPolicy, updatePolicy, createPolicy: creations, ...rest } = cloud.calls.counts();
      const of = (by: Record<string, number> | undefined) =>
        Object.values(by ?? {}).reduce((a, b) => a + b, 0);
      return {
        puts: of(updateBackupPolicy) + of(updatePolicy),
        creations: of(creations),
        associations: of(rest.associatePolicy) + of(rest.dissociatePolicy),
      };
    },
    pendingHashes: async () =>
      (await Array.fromAsync(driftsOf(ledger, "demo"))).flatMap(({ value }) => value.hash ?? []),
  };
}

describe("the policy of host security's vault", () => {
  // The demo's own: 5 days, every second day at 14:00.
  const same: Policies["hss"] = {
    retention: { retention_duration_days: 5 },
    schedule: ["FREQ=DAILY;INTERVAL=2;BYHOUR=14;BYMINUTE=00"],
  };

  test("is left alone when nothing differs", async () => {
    const estate = enforcing({ hss: same });
    expect(await estate.run()).toMatchObject([{ policy: "hss", drift: 0, sent: 0, pending: 0 }]);
    expect(estate.counts().puts).toBe(0);
    expect(estate.hostPolicy.changed).toBe(0);
  });

  test.each([
    ["max_backups", 7],
    ["retention_duration_days", 9],
    ["day_backups", 3],
    ["week_backups", 3],
    ["month_backups", 3],
    ["year_backups", 3],
  ] as const)(
    "drifts in %s: fixed by one request where that lengthens, reported where it shortens",
    async (field, value) => {
      const retention = { retention_duration_days: 5, timezone: "UTC+01:00", [field]: value };
      const estate = enforcing({ hss: { ...same, retention } });
      expect(await estate.run()).toMatchObject([{ sent: 1, pending: 0 }]);
      expect(estate.hostPolicy).toMatchObject({ changed: 1, operation_definition: { [field]: value } });
      expect(await estate.run()).toMatchObject([{ drift: 0, sent: 0 }]);

      // Somebody sets it to more: to take that back is not ours to decide.
      estate.hostPolicy.operation_definition = {
        ...estate.hostPolicy.operation_definition,
        [field]: value + 1,
      };
      expect(await estate.run()).toMatchObject([{ drift: 1, sent: 0, pending: 1 }]);
      expect(estate.counts().puts).toBe(1);

      // Somebody sets it to less: that is fixed.
      estate.hostPolicy.operation_definition = {
        ...estate.hostPolicy.operation_definition,
        [field]: field === "max_backups" ? 1 : value - 1,
      };
      expect(await estate.run()).toMatchObject([{ drift: 1, sent: 1, pending: 0 }]);
      expect(estate.hostPolicy.operation_definition).toMatchObject({ [field]: value });
    },
  );

  test("that is disabled or runs less often is fixed by one request", async () => {
    const estate = enforcing({ hss: { ...same, schedule: ["FREQ=DAILY;BYHOUR=14;BYMINUTE=00"] } });
    estate.hostPolicy.enabled = false;
    expect(await estate.run()).toMatchObject([{ drift: 2, sent: 1, pending: 0 }]);
    expect(estate.hostPolicy).toMatchObject({ enabled: true, pattern: ["FREQ=DAILY;BYHOUR=14;BYMINUTE=00"] });
    expect(estate.counts().puts).toBe(1);
  });

  test("is shortened only when somebody has approved exactly that", async () => {
    const estate = enforcing({ hss: { ...same, retention: { retention_duration_days: 3, max_backups: 4 } } });
    expect(await estate.run()).toMatchObject([{ drift: 2, sent: 1, pending: 1 }]);
    expect(estate.hostPolicy.operation_definition).toMatchObject({
      retention_duration_days: 5,
      max_backups: 4,
    });
    for (let day = 0; day < 3; day++) expect(await estate.run()).toMatchObject([{ sent: 0, pending: 1 }]);
    const asked = estate.notifications.filter(({ attributes }) => attributes.cause === "policy-approval");
    expect(asked).toHaveLength(1);
    expect(asked[0]?.text).toContain("retention_duration_days: 5 → 3");

    await approve(estate.ledger, { hash: "another", approved_at_ms: 0 });
    expect(await estate.run()).toMatchObject([{ sent: 0, pending: 1 }]);
    const [hash = ""] = await estate.pendingHashes();
    expect(await driftOfHash(estate.ledger, hash)).toMatchObject({ policy: "hss", project: "demo" });
    await approve(estate.ledger, { hash, approved_at_ms: 0 });
    expect(await estate.run()).toMatchObject([{ sent: 1, pending: 0 }]);
    expect(estate.hostPolicy).toMatchObject({
      changed: 2,
      operation_definition: { retention_duration_days: 3 },
    });
    expect(await estate.run()).toMatchObject([{ drift: 0, sent: 0, hash: null }]);

    // The same once more, later: it was approved for once.
    await estate.clock.later(minutes(60));
    estate.hostPolicy.operation_definition = {
      ...estate.hostPolicy.operation_definition,
      retention_duration_days: 5,
    };
    expect(await estate.run()).toMatchObject([{ sent: 0, pending: 1 }]);
    expect(await estate.pendingHashes()).not.toContain(hash);
  });

  test("is not disabled without an approval", async () => {
    const estate = enforcing({ hss: { ...same, enabled: false } });
    expect(await estate.run()).toMatchObject([{ sent: 0, pending: 1 }]);
    expect(estate.hostPolicy).toMatchObject({ enabled: true, changed: 0 });
  });
});

describe("policies of the backup service", () => {
  const rules = { name: "gold", retention: { max_backups: 30 }, schedule: nightly };
  const ofName = ({ demo }: ReturnType<typeof enforcing>, name: string) =>
    demo.world.policies.newest((policy) => policy.name === name);

  test("that do not exist are made once, with one request", async () => {
    const estate = enforcing({ cbr: [rules] });
    expect(await estate.run()).toMatchObject([{ policy: "cbr:gold", problem: null }]);
    expect(await estate.run()).toMatchObject([{ drift: 0, sent: 0 }]);
    expect(ofName(estate, "gold")).toMatchObject([
      { operation_definition: { max_backups: 30 }, enabled: true },
    ]);
    expect(estate.counts()).toMatchObject({ creations: 1, puts: 0 });
  });

  test("are made once although the answer was lost", async () => {
    const faults = faultPlan.parse({
      calls: [{ kind: "reset", operation: "createPolicy", when: "after", times: 1 }],
    });
    const estate = enforcing({ cbr: [rules] }, { faults });
    expect(await estate.run()).toMatchObject([{ problem: expect.stringContaining("not made yet") }]);
    for (let round = 0; round < 3; round++) {
      await estate.clock.later(minutes(30));
      await estate.run();
    }
    expect(ofName(estate, "gold")).toHaveLength(1);
    expect(estate.counts().creations).toBe(1);
  });

  test("are not made where one fits under another name", async () => {
    const estate = enforcing({ cbr: [rules] });
    createPolicy(estate.demo.world, estate.project_id, {
      name: "somebody-elses",
      enabled: true,
      operation_definition: { max_backups: 30 },
      pattern: ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=1;BYMINUTE=0"],
    });
    expect(await estate.run()).toMatchObject([{ drift: 0, sent: 0 }]);
    expect(estate.counts()).toMatchObject({ creations: 0, puts: 0 });
  });

  test("are not made beyond the 32 that a project may have", async () => {
    const estate = enforcing({ cbr: [rules] });
    const { world } = estate.demo;
    const fields = { enabled: true, operation_definition: { max_backups: 1 }, pattern: nightly };
    for (let n = world.policies.newest(() => true).length; n < 32; n++)
      createPolicy(world, estate.project_id, { name: `p-${n}`, ...fields });
    expect(await estate.run()).toMatchObject([{ problem: expect.stringContaining("32") }]);
    expect(estate.counts().creations).toBe(0);
  });

  test("that were changed are fixed by one request, or wait", async () => {
    const estate = enforcing({ cbr: [rules] });
    await estate.run();
    const [policy] = ofName(estate, "gold");
    if (!policy) throw new Error("it was made");
    policy.operation_definition = { max_backups: 10 };
    policy.enabled = false;
    expect(await estate.run()).toMatchObject([{ drift: 2, sent: 1, pending: 0 }]);
    expect(policy).toMatchObject({ enabled: true, operation_definition: { max_backups: 30 } });
    policy.operation_definition = { max_backups: 40 };
    expect(await estate.run()).toMatchObject([{ drift: 1, sent: 0, pending: 1 }]);
    expect(estate.counts().puts).toBe(1);
  });

  test("are not confused with host security's, which is in the same list", async () => {
    const hss = {
      retention: { retention_duration_days: 5 },
      schedule: ["FREQ=DAILY;INTERVAL=2;BYHOUR=14;BYMINUTE=00"],
    };
    const estate = enforcing({ hss, cbr: [{ name: "gold", ...hss }] });
    expect(await estate.run()).toMatchObject([{ policy: "hss", sent: 0 }, { policy: "cbr:gold" }]);
    expect(ofName(estate, "gold")).toHaveLength(1);
  });

  test("are not made a second time while one of that name, or of none, cannot be read", async () => {
    const estate = enforcing({ cbr: [rules] });
    await estate.run();
    expect(ofName(estate, "gold")).toHaveLength(1);
    const odd = { kind: "odd", operation: "listPolicies", oddity: "item" };
    for (const lacks of [["trigger"], ["name"]]) {
      const item_id = ofName(estate, "gold")[0]?.id;
      estate.cloud.faults.setPlan(faultPlan.parse({ calls: [{ ...odd, item_id, lacks }] }));
      await estate.clock.later(minutes(60));
      expect(await estate.run()).toMatchObject([{ problem: expect.stringContaining("cannot be read") }]);
      expect(ofName(estate, "gold")).toHaveLength(1);
    }
    estate.cloud.faults.setPlan(faultPlan.parse({}));
    expect(await estate.run()).toMatchObject([{ drift: 0, sent: 0 }]);
  });

  test("are followed by the vaults that the estate selects: added at once, replaced and removed on approval", async () => {
    // The same seed makes the same vaults: their ids are known before the estate that selects them.
    const [free = "", taken = "", extra = ""] = enforcing({})
      .demo.world.vaults.newest(() => true)
      .map(({ id }) => id);
    const estate = enforcing({ cbr: [{ ...rules, vaults: { vault_ids: [free, taken] } }] });
    const { world } = estate.demo;
    for (const vault of world.vaults.newest(() => true)) vault.policy_id = null;
    const follow = (vault_id: string, policy_id: string | undefined) => {
      const vault = world.vaults.get(vault_id);
      if (vault && policy_id) associatePolicy(world, vault, policy_id);
    };
    const followed = () => [free, taken, extra].map((id) => world.vaults.get(id)?.policy_id);
    const fields = { enabled: true, operation_definition: { max_backups: 5 }, pattern: nightly };
    const other = createPolicy(world, estate.project_id, { name: "other", ...fields });
    follow(taken, other.id);

    expect(await estate.run()).toMatchObject([{ sent: 1, pending: 1 }]);
    const gold = ofName(estate, "gold")[0]?.id;
    expect(followed()).toEqual([gold, other.id, null]);

    follow(extra, gold);
    expect(await estate.run()).toMatchObject([{ sent: 0, pending: 2 }]);
    const [hash = ""] = await estate.pendingHashes();
    await approve(estate.ledger, { hash, approved_at_ms: 0 });
    expect(await estate.run()).toMatchObject([{ sent: 2, pending: 0 }]);
    expect(followed()).toEqual([gold, gold, null]);
    expect(await estate.run()).toMatchObject([{ drift: 0, sent: 0 }]);
  });
});
