import { describe, expect, test } from "vitest";
import { hostFound } from "../../events/host-found.ts";
import { addHost } from "../../infra/local/provider/demo/instances.ts";
import { hss_limit } from "../../infra/local/provider/limits.ts";
import { type Host, hostsOf } from "../../shared/instances/host.ts";
import { type InstancesCloud, instancesCloud, minutes } from "./cloud.ts";

const networks = [
  { name: "front", cidrs: ["192.168.0.0/24"] },
  { name: "back", cidrs: ["192.168.1.0/24"] },
];

const recordsOf = async ({ ledger }: InstancesCloud): Promise<Host[]> =>
  (await Array.fromAsync(hostsOf(ledger, "demo"))).map(({ value }) => value);

async function ask(night: InstancesCloud, ids: readonly string[]) {
  await night.hostQueue.send(
    ids.map((host_id) => ({ body: hostFound.create({ project: "demo", host_id }) })),
  );
}

/** Delivers and settles, a few minutes at a time, until nothing is open. */
async function untilSettled(night: InstancesCloud, most = 60) {
  for (let round = 0; round < most; round++) {
    await night.deliverHosts();
    await night.clock.later(minutes(5));
    await night.settleInstances();
    if ((await recordsOf(night)).every(({ work }) => work.state === "settled")) return;
  }
  throw new Error("the hosts did not settle");
}

describe("hosts under web tamper protection", () => {
  test("get a running server of their network; the rest is recorded with the reason", async () => {
    const night = instancesCloud({ instances: { hosts: { networks } }, limits: { hss: hss_limit } });
    const { world, instances } = night.demo;
    await ask(night, instances.hosts);
    await untilSettled(night);

    const [first, second] = instances.backup_hosts;
    const outcome = (await recordsOf(night)).map(({ host_id, work }) => [
      instances.hosts.indexOf(host_id) + 1,
      work.settled?.outcome,
      work.settled?.reason?.split(":")[0] ?? null,
    ]);
    expect(Object.fromEntries(outcome.map(([host, ...rest]) => [host, rest]))).toEqual({
      1: ["done", null],
      // Its server had stopped: it was moved.
      2: ["done", null],
      3: ["done", null],
      4: ["done", null],
      5: ["done", null],
      6: ["skipped", "windows"],
      7: ["skipped", "offline"],
      8: ["skipped", "unprotected"],
    });
    const serverOf = (index: number) => world.hosts.get(instances.hosts[index] ?? "")?.backup_host_id;
    expect([0, 1, 2, 3, 4].map(serverOf)).toEqual([first, second, first, second, first]);
    expect(night.cloud.calls.counts().setRemoteBackup).toEqual({ 200: 5 });
    expect(night.problems).toEqual([]);
  });

  test("asked for again, and again, cost nothing more than the look", async () => {
    const night = instancesCloud({ instances: { hosts: { networks } } });
    await ask(night, night.demo.instances.hosts);
    await untilSettled(night);
    await ask(night, [...night.demo.instances.hosts, ...night.demo.instances.hosts]);
    const again = await night.deliverHosts();
    expect(again.projects.demo).toEqual({ nothing: 8 });
    expect(night.cloud.calls.counts().setRemoteBackup).toEqual({ 200: 5 });
  });

  test("are moved when their server stops, and taken up when what kept them out is gone", async () => {
    const night = instancesCloud({ instances: { hosts: { networks: [] } } });
    const { world, instances } = night.demo;
    await ask(night, instances.hosts);
    await untilSettled(night);
    const [first, second] = instances.backup_hosts.map((id) => world.backupHosts.get(id));
    if (!first || !second) throw new Error("the demo has two running servers");
    first.running = false;
    const offline = world.hosts.get(instances.hosts[6] ?? "");
    if (offline) offline.agent_status = "online";

    await ask(night, instances.hosts);
    await untilSettled(night);
    const servers = (index: number) => world.hosts.get(instances.hosts[index] ?? "")?.backup_host_id;
    expect([0, 1, 2, 3, 4, 6].map(servers)).toEqual(Array(6).fill(second.id));
  });

  test("whose server was set by a function that died before it wrote so are found to have it, and are done", async () => {
    let dies = true;
    const night = instancesCloud({
      instances: { hosts: {} },
      ledger: (inner) => ({
        ...inner,
        async write(entry, expected) {
          const accepted = JSON.stringify(entry.data).includes('"state":"accepted"');
          if (dies && accepted) throw new Error("the function died");
          return inner.write(entry, expected);
        },
      }),
    });
    const [host] = night.demo.instances.hosts;
    await ask(night, [host ?? ""]);
    await expect(night.deliverHosts()).rejects.toThrow("the function died");
    dies = false;
    await ask(night, [host ?? ""]);
    await untilSettled(night);
    const [record] = await recordsOf(night);
    expect(record?.work).toMatchObject({ settled: { outcome: "done" }, accepted: { adopted: true } });
    expect(night.cloud.calls.counts().setRemoteBackup).toEqual({ 200: 1 });
  });

  test("are spread evenly over the servers of their network", async () => {
    const night = instancesCloud({
      instances: { hosts: {} },
      rates: { hss: { calls: 600, per_seconds: 60 } },
    });
    const { world, instances } = night.demo;
    const ids = Array.from(
      { length: 40 },
      (_, index) =>
        addHost(world, night.project.project_id, { name: `many-${index}`, private_ip: "10.0.0.1" }).id,
    );
    await ask(night, ids);
    await untilSettled(night);
    const loads = instances.backup_hosts.map(
      (id) => [...world.hosts.newest(() => true)].filter((host) => host.backup_host_id === id).length,
    );
    expect(loads[2]).toBe(1);
    expect(Math.abs((loads[0] ?? 0) - (loads[1] ?? 0))).toBeLessThanOrEqual(1);
  });

  test("of which there are a hundred are all served with five calls a minute, without one 429", async () => {
    const night = instancesCloud({ instances: { hosts: {} }, limits: { hss: hss_limit } });
    const { world } = night.demo;
    const begun_ms = night.clock.now();
    const ids = Array.from(
      { length: 100 },
      (_, index) =>
        addHost(world, night.project.project_id, { name: `web-${index}`, private_ip: "10.0.0.1" }).id,
    );
    await ask(night, ids);
    await untilSettled(night);

    const hosts = (await recordsOf(night)).filter(({ host_id }) => ids.includes(host_id));
    expect(hosts.filter(({ work }) => work.settled?.outcome === "done")).toHaveLength(100);
    const calls = night.cloud.calls.counts();
    expect(calls.setRemoteBackup).toEqual({ 200: 100 });
    for (const byStatus of Object.values(calls)) expect(byStatus[429]).toBeUndefined();
    // At five a minute 100 calls need 20 minutes; the listings come on top.
    expect((night.clock.now() - begun_ms) / minutes(1)).toBeLessThan(60);
  });
});
