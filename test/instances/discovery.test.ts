import { describe, expect, test } from "vitest";
import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { hostFound } from "../../events/host-found.ts";
import { definition } from "../../functions/discover-instances/definition.ts";
import { discoverInstances } from "../../functions/discover-instances/job.ts";
import { addHost } from "../../infra/local/provider/demo/instances.ts";
import { callFault, faultPlan } from "../../infra/local/provider/faults.ts";
import { addAuditInstance } from "../../infra/local/provider/world/audit.ts";
import { auditsOf } from "../../shared/instances/audit.ts";
import { hostsOf } from "../../shared/instances/host.ts";
import { unprotectedOf } from "../../shared/instances/unprotected.ts";
import { summarizeInstances, uncoveredInstances } from "../../shared/report/instances.ts";
import { type InstancesOptions, instancesCloud, minutes, start } from "./cloud.ts";

const instances = { audit: { bucket_name: "audits" }, hosts: {} };

function discovering(options: InstancesOptions = { instances }) {
  const night = instancesCloud(options);
  const { clock, common, connect } = night;
  const discover = async () => {
    const provider = connect(definition.provider.operations, "observe", 120_000);
    await clock.run(discoverInstances({ scheduled_at: start }, { ...common(), provider }));
    return { audits: night.queues.audit.length, hosts: night.queues.host.length };
  };
  const settle = async () => {
    for (let round = 0; round < 24; round++) {
      await night.deliverAudits();
      await night.deliverHosts();
      await night.clock.later(minutes(5));
      await night.settleInstances();
    }
  };
  const records = async () => ({
    audits: (await Array.fromAsync(auditsOf(night.ledger, "demo"))).map(({ value }) => value),
    hosts: (await Array.fromAsync(hostsOf(night.ledger, "demo"))).map(({ value }) => value),
    phones: [],
  });
  const unprotected = async () =>
    (await Array.fromAsync(unprotectedOf(night.ledger, "demo"))).map(({ value }) => value.resource_id).sort();
  return { night, discover, settle, records, unprotected };
}

describe("discovery", () => {
  test("sends the events that notifications would, and the estate ends covered or reported", async () => {
    const { night, discover, settle, records } = discovering();
    expect(await discover()).toEqual({ audits: 3, hosts: 8 });
    const { demo } = night;
    const audits = night.queues.audit.map(({ body }) => auditInstanceFound.parse(body).instance_id);
    expect(audits.sort()).toEqual([...demo.instances.audit_instances].sort());
    const hosts = night.queues.host.map(({ body }) => hostFound.parse(body).host_id);
    expect(hosts.sort()).toEqual([...demo.instances.hosts].sort());

    await settle();
    const summary = summarizeInstances(await records());
    expect(summary).toEqual({
      auditInstances: { expected: 3, covered: 3, reported: 0 },
      webHosts: { expected: 8, covered: 5, reported: 3 },
      phones: { expected: 0, covered: 0, reported: 0 },
    });
    const reasons = uncoveredInstances(await records()).map(({ reason }) => reason.split(":")[0]);
    expect(reasons.sort()).toEqual(["offline", "unprotected", "windows"]);
  });

  test("sends nothing for what it knows, and only what has changed since", async () => {
    const { night, discover, settle } = discovering();
    await discover();
    await settle();
    expect(await discover()).toEqual({ audits: 0, hosts: 0 });
    const { world } = night.demo;
    addAuditInstance(world, night.project.project_id, "new");
    addHost(world, night.project.project_id, { name: "new", private_ip: "10.0.0.9" });
    const stopped = world.backupHosts.get(night.demo.instances.backup_hosts[0] ?? "");
    if (stopped) stopped.running = false;
    const moved = world.hosts.newest(
      (host) => host.backup_host_id === stopped?.id && host.os_type === "linux",
    );
    expect(await discover()).toEqual({ audits: 1, hosts: 1 + moved.length });
  });

  test("marks what is gone, and expects nothing of it any more", async () => {
    const { night, discover, settle, records } = discovering();
    await discover();
    await settle();
    const { world, instances: there } = night.demo;
    world.hosts.delete(there.hosts[0] ?? "");
    world.auditInstances.delete(there.audit_instances[0] ?? "");
    await discover();
    expect(summarizeInstances(await records())).toMatchObject({
      auditInstances: { expected: 2, covered: 2 },
      webHosts: { expected: 7, covered: 4, reported: 3 },
    });
  });

  test("takes nothing for gone, and moves no host, that is in a list and cannot be read", async () => {
    const { night, discover, settle, records, unprotected } = discovering();
    await discover();
    await settle();
    const seen = async () => ({
      audits: summarizeInstances(await records()).auditInstances,
      gone: (await records()).hosts.filter(({ gone_at_ms }) => gone_at_ms !== null),
      unprotected: await unprotected(),
      set: night.cloud.calls.counts().setRemoteBackup,
    });
    const before = await seen();
    const { instances: there, world } = night.demo;
    const [vault] = world.vaults.newest(({ resources }) => resources.size > 0);
    const odd = { kind: "odd", oddity: "item" } as const;
    for (const fault of [
      { operation: "listProtectedHosts", item_id: there.hosts[0] },
      { operation: "listAuditInstances", item_id: there.audit_instances[0] },
      { operation: "listBackupHosts", item_id: there.backup_hosts[0] },
      { operation: "listProtectables", item_id: night.demo.unprotected[0] },
      { operation: "listVaults", item_id: vault?.id },
    ])
      night.cloud.faults.add(callFault.parse({ ...odd, ...fault }));
    await night.clock.later(minutes(20));
    await discover();
    await settle();
    expect(await seen()).toEqual(before);
  });

  test("keeps the list of protectable resources that are in no vault", async () => {
    const { night, discover, unprotected } = discovering();
    await discover();
    expect(await unprotected()).toEqual([...night.demo.unprotected].sort());
    await discover();
    expect(await unprotected()).toEqual([...night.demo.unprotected].sort());
    const [first = "", ...others] = night.demo.unprotected;
    night.demo.world.resources.delete(first);
    await discover();
    expect(await unprotected()).toEqual([...others].sort());
  });

  test("of one kind goes on when another cannot be listed, and says so", async () => {
    const faults = faultPlan.parse({
      calls: [{ kind: "error", operation: "listAuditInstances", status: 403, code: "X.1" }],
    });
    const { night, discover } = discovering({ instances, faults });
    expect(await discover()).toEqual({ audits: 0, hosts: 8 });
    expect(night.problems).toHaveLength(1);
    expect(night.notifications.map(({ attributes }) => attributes.cause)).toEqual(["discovery-failed"]);
  });
});
