import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { hostFound } from "../../events/host-found.ts";
import { phoneReleaseRequested } from "../../events/phone-release-requested.ts";
import { definition as discovering } from "../../functions/discover-instances/definition.ts";
import { discoverInstances } from "../../functions/discover-instances/job.ts";
import { definition as enforcing } from "../../functions/enforce-policies/definition.ts";
import { enforcePolicies } from "../../functions/enforce-policies/job.ts";
import { definition as reporting } from "../../functions/report-coverage/definition.ts";
import { reportCoverage } from "../../functions/report-coverage/job.ts";
import { addPhones } from "../../infra/local/provider/demo/instances.ts";
import { faultPlan } from "../../infra/local/provider/faults.ts";
import type { Cloud } from "../../infra/local/provider/service.ts";
import type { SpeakingFunction } from "../../infra/tools/docs/provider-policies.ts";
import { approve } from "../../shared/control/approval.ts";
import { auditsOf } from "../../shared/instances/audit.ts";
import { hostsOf } from "../../shared/instances/host.ts";
import { openPhones } from "../../shared/instances/phones/phone.ts";
import { asChange, driftRecord, waitingFor } from "../../shared/policies/drift.ts";
import type { Document } from "../../shared/publish/publisher.ts";
import { instancesCloud, minutes, start } from "../instances/cloud.ts";
import { hours, type PruningCloud, pruningCloud } from "../prune/cloud.ts";
import { addBackups, firstResource, nightlyVault, remaining, resourcesOf } from "../prune/vaults.ts";
import { jobDeps } from "../support/job-deps.ts";
import { nightOverHttp } from "../support/night-over-http.ts";

/** A function just before it does everything that it ever does at the provider. */
export interface Stage {
  readonly cloud: Cloud;
  /** Runs the function alone; tells whether it reached its goal. */
  run(): Promise<boolean>;
  close(): Promise<void>;
}

/** How each function is brought before its work, on the real client and the stand-in cloud. */
export const stages: Readonly<Record<SpeakingFunction["name"], () => Promise<Stage>>> = {
  "plan-checkpoints": async () => {
    const night = await nightOverHttp({ vaults: 3 });
    return { ...night, run: async () => (await night.plan()).selected > 0 };
  },

  // A night that was made up: each attempt is looked for before it is posted.
  "create-checkpoint": async () => {
    const night = await nightOverHttp({ vaults: 3 });
    await night.settle();
    night.later(hours(25));
    await night.settle();
    return { ...night, run: async () => (await night.deliver()).every(({ did }) => did === "accepted") };
  },

  // One night whose checkpoints are done, and another that was never planned.
  "settle-checkpoints": async () => {
    const night = await nightOverHttp({ vaults: 3 });
    await night.settle();
    await night.plan();
    await night.deliver();
    night.later(hours(25));
    return {
      ...night,
      run: async () => {
        const { demo } = await night.settle();
        return demo !== undefined && demo !== "failed" && demo.settled > 0 && demo.backfilled.length === 1;
      },
    };
  },

  "plan-prune": async () => {
    const cloud = await pruningCloud();
    await nightlyVault(cloud, 6);
    return { ...cloud, run: async () => (await cloud.plan()).sent === 1 };
  },

  // The message comes late, so that the vault itself is looked at anew; a server's backups may be shared; a resource that
  // is not in the vault may be in another.
  "prune-vault": async () => {
    const cloud = await pruningCloud();
    const { vault, backups } = await nightlyVault(cloud, 6, { resources: 2 });
    const [moved] = resourcesOf(vault);
    vault.resources.delete(moved ?? "");
    await cloud.plan();
    cloud.later(hours(1));
    const stay = backups.filter(({ resource_id }) => resource_id === moved).length + 3;
    return {
      ...cloud,
      run: async () => {
        await cloud.drain();
        return remaining(cloud, vault).length === stay;
      },
    };
  },

  "report-coverage": async () => {
    const cloud = await pruningCloud();
    const { vault } = await nightlyVault(cloud, 2);
    // What is no vault's any more is an orphan, whose size must be asked for.
    addBackups(cloud, vault, [30]);
    vault.resources.delete(firstResource(vault));
    return { ...cloud, run: () => reportsWithoutGap(cloud) };
  },

  "enable-audit-backup": async () => {
    const night = instancesCloud({ instances: { audit: { bucket_name: "audit-logs" } } });
    const [id = ""] = night.demo.instances.audit_instances;
    await night.auditQueue.send([{ body: auditInstanceFound.create({ project: "demo", instance_id: id }) }]);
    // The first answer is lost: whether it worked must be looked up before it is sent again.
    const [lost] = faultPlan.parse({
      calls: [{ kind: "reset", operation: "setAuditBackup", times: 1 }],
    }).calls;
    if (lost) night.cloud.faults.add(lost);
    return { ...night, close: async () => {}, run: () => auditsSettle(night, id) };
  },

  "enable-remote-backup": async () => {
    const night = instancesCloud({ instances: { hosts: { networks: [] } } });
    const [id = ""] = night.demo.instances.hosts;
    await night.hostQueue.send([{ body: hostFound.create({ project: "demo", host_id: id }) }]);
    return {
      ...night,
      close: async () => {},
      run: async () => {
        await night.deliverHosts();
        const hosts = await Array.fromAsync(hostsOf(night.ledger, "demo"));
        return hosts.every(({ value }) => value.work.state === "accepted");
      },
    };
  },

  "discover-instances": async () => {
    const night = instancesCloud({
      instances: { audit: { bucket_name: "audit-logs" }, hosts: { networks: [] } },
    });
    const { clock, common } = night;
    const provider = night.connect(discovering.provider.operations, "observe");
    return {
      ...night,
      close: async () => {},
      run: async () =>
        (await clock.run(discoverInstances({ scheduled_at: start }, { ...common(), provider }))).demo !==
        "failed",
    };
  },

  // Everything drifts: a policy to lengthen, one to make, a vault to take in, and one to let go, which was approved.
  "enforce-policies": async () => {
    const night = await policiesAstray();
    return {
      ...night,
      close: async () => {},
      run: async () => {
        const { demo } = await night.clock.run(
          enforcePolicies(
            { scheduled_at: start },
            { ...night.common(), provider: night.connect(enforcing.provider.operations, "instances") },
          ),
        );
        return (
          demo !== undefined &&
          demo !== "failed" &&
          demo.every(({ pending, problem }) => pending === 0 && problem === null)
        );
      },
    };
  },

  "settle-instances": async () => {
    const night = instancesCloud({
      instances: { audit: { bucket_name: "audit-logs" }, hosts: { networks: [] } },
    });
    const { audit_instances, hosts } = night.demo.instances;
    await night.auditQueue.send([
      { body: auditInstanceFound.create({ project: "demo", instance_id: audit_instances[0] ?? "" }) },
    ]);
    await night.hostQueue.send([{ body: hostFound.create({ project: "demo", host_id: hosts[0] ?? "" }) }]);
    await night.deliverAudits();
    await night.deliverHosts();
    await night.clock.later(minutes(5));
    return {
      ...night,
      close: async () => {},
      run: async () => (await night.settleInstances()).demo !== "failed",
    };
  },

  "back-up-phones": async () => {
    const night = await askedForRelease();
    return {
      ...night,
      close: async () => {},
      run: async () => {
        await night.deliverReleases();
        const phones = await Array.fromAsync(openPhones(night.ledger, "demo"));
        return phones.length === 1 && phones.every(({ value }) => value.work.state === "accepted");
      },
    };
  },

  "settle-phones": async () => {
    const night = await askedForRelease();
    await night.deliverReleases();
    await night.clock.later(hours(1));
    return {
      ...night,
      close: async () => {},
      run: async () => {
        await night.settlePhones();
        return (await Array.fromAsync(openPhones(night.ledger, "demo"))).length === 0;
      },
    };
  },
};

async function policiesAstray() {
  const daily = ["FREQ=DAILY;INTERVAL=1;BYHOUR=13;BYMINUTE=00"];
  const retention = { retention_duration_days: 30 };
  const night = instancesCloud({
    policies: {
      hss: { retention, schedule: ["FREQ=DAILY;INTERVAL=2;BYHOUR=14;BYMINUTE=00"] },
      cbr: [
        { name: "native-daily", retention, schedule: daily, vaults: { name_pattern: "taken-in" } },
        { name: "made-anew", retention, schedule: daily },
      ],
    },
  });
  const [letGo, takenIn] = night.demo.estate.vaults.map(({ vault }) => vault);
  const [policy_id = ""] = night.demo.estate.policies;
  if (!letGo || !takenIn) throw new Error("the demo world has vaults");
  letGo.policy_id = policy_id;
  takenIn.name = "taken-in";
  const association = { vault_id: letGo.id, vault_name: letGo.name, actual_policy_id: policy_id };
  const change = asChange({ ...association, change: "dissociate" });
  const now_ms = night.clock.now();
  const standing = {
    project: "demo",
    policy: "cbr:native-daily",
    pending: [change],
    pending_since_ms: now_ms,
  };
  const { hash = "" } = waitingFor(standing, [change], standing, now_ms) ?? {};
  await driftRecord.create(night.ledger, {
    ...{ ...standing, policy_id, hash, drift: [change], problem: null, changed_at_ms: now_ms },
  });
  await approve(night.ledger, { hash, approved_at_ms: now_ms });
  return night;
}

async function askedForRelease() {
  const night = instancesCloud();
  const [phone] = addPhones(night.demo.world, night.project.project_id, 1, 2);
  const asked = { project: "demo", instance_id: phone?.id ?? "", release_id: "r1" };
  await night.releaseQueue.send([{ body: phoneReleaseRequested.create(asked) }]);
  return night;
}

/** Delivers what is due and settles, until the instance is switched on; false when that is not reached in an hour. */
async function auditsSettle(night: ReturnType<typeof instancesCloud>, instance_id: string): Promise<boolean> {
  for (let round = 0; round < 12; round++) {
    await night.deliverAudits();
    const [audit] = await Array.fromAsync(auditsOf(night.ledger, "demo"));
    if (audit?.value.work.state === "accepted") return true;
    await night.clock.later(minutes(5));
    const body = auditInstanceFound.create({ project: "demo", instance_id });
    await night.auditQueue.send([{ body }]);
  }
  return false;
}

/** Whether the report names no part that could not be read. */
async function reportsWithoutGap(cloud: PruningCloud): Promise<boolean> {
  const stored: Document[] = [];
  await reportCoverage(
    { scheduled_at: start },
    {
      ...jobDeps(cloud),
      ledger: cloud.ledger,
      publisher: {
        notify: async () => {},
        store: async (document) => void stored.push(document),
        placeOf: (name) => name,
      },
      provider: async () => cloud.connect(reporting.provider.operations, "observe"),
      page: async () => ({ script: "", style: "" }),
    },
  );
  const json = stored.find(({ name }) => name.endsWith(".json"));
  const { projects } = JSON.parse(String(json?.body));
  return projects.every(({ problems }: { problems: readonly string[] }) => problems.length === 0);
}
