import { addAuditInstance, switchAuditBackup } from "../world/audit.ts";
import { addPhone } from "../world/phones.ts";
import { planFiring } from "../world/policies.ts";
import type { BackupHost, Host, HostPolicy, Phone, PhoneState } from "../world/services.ts";
import type { World } from "../world/world.ts";

export interface DemoInstances {
  readonly audit_instances: readonly string[];
  /** The one that somebody has set by hand. */
  readonly audit_instance_by_hand: string;
  readonly hosts: readonly string[];
  readonly backup_hosts: readonly string[];
  readonly host_policy_id: string;
  readonly phones: readonly string[];
}

/** Three audit instances, eight protected hosts, backup servers in two networks, a phone in each of the eight states. */
export function addInstances(world: World, project_id: string): DemoInstances {
  const audits = ["audit-orders", "audit-payments", "audit-archive"].map((name) =>
    addAuditInstance(world, project_id, name),
  );
  const [byHand] = audits.slice(-1);
  if (byHand === undefined) throw new Error("the demo world has no audit instance");
  switchAuditBackup(world, byHand, {
    bucket_name: "set-by-hand",
    bucket_root_path: "audit/",
    cycle: "PER_WEEK",
    mode: "AUTO",
    trigger_time: "2026-01-04 04:00:00",
  });
  const [first, second, stopped] = addBackupHosts(world, project_id);
  return {
    audit_instances: audits.map(({ id }) => id),
    audit_instance_by_hand: byHand.id,
    hosts: addHosts(world, project_id, stopped),
    backup_hosts: [first.id, second.id, stopped.id],
    host_policy_id: addHostPolicy(world, project_id).id,
    phones: phone_examples.map((state) => addPhone(world, project_id, state).id),
  };
}

const phone_examples: readonly PhoneState[] = [0, 1, 2, 3, 4, 5, 6, 7];

function addBackupHosts(world: World, project_id: string): [BackupHost, BackupHost, BackupHost] {
  const add = (number: number, ip: string, running: boolean): BackupHost => {
    const host = {
      id: world.random.id(),
      project_id,
      name: `backup-server-${number}`,
      ip,
      port: 8080,
      directory: "/hss/backup",
      running,
    };
    world.backupHosts.add(host);
    return host;
  };
  return [add(1, "192.168.0.10", true), add(2, "192.168.1.10", true), add(3, "192.168.0.11", false)];
}

type HostCase = Partial<Pick<Host, "os_type" | "agent_status" | "protect_status" | "status">>;

const host_cases: readonly HostCase[] = [
  {},
  {},
  {},
  {},
  {},
  { os_type: "windows" },
  { agent_status: "offline", status: "SHUTOFF" },
  { protect_status: "closed" },
];

/** The second one keeps its copies on a server that has stopped. */
function addHosts(world: World, project_id: string, stopped: BackupHost): string[] {
  return host_cases.map((special, index) => {
    const moved = index === 1;
    const host = addHost(world, project_id, {
      ...special,
      name: `web-${index + 1}`,
      private_ip: `192.168.${index % 2}.${20 + index}`,
    });
    if (moved) {
      host.remote_backup = true;
      host.backup_host_id = stopped.id;
      host.backup_addr = `${stopped.ip}:${stopped.port}`;
    }
    return host.id;
  });
}

export function addHost(
  world: World,
  project_id: string,
  fields: HostCase & { readonly name: string; readonly private_ip: string },
): Host {
  const host: Host = {
    id: world.random.id(),
    project_id,
    os_type: "linux",
    status: "ACTIVE",
    agent_status: "online",
    protect_status: "opened",
    remote_backup: false,
    backup_addr: "",
    backup_host_id: "",
    switched: 0,
    ...fields,
  };
  world.hosts.add(host);
  return host;
}

/** Draws one id, as worlds with the same seed always did. */
export function addHostPolicy(world: World, project_id: string): HostPolicy {
  const id = world.random.id();
  const policy: HostPolicy = {
    ...{ id, trigger_id: id, project_id, created: world.now, operation_type: "backup", version: 1 },
    name: "hss_default_policy",
    enabled: true,
    operation_definition: {
      day_backups: 0,
      week_backups: 0,
      month_backups: 0,
      year_backups: 0,
      max_backups: -1,
      retention_duration_days: 5,
      timezone: "UTC+01:00",
    },
    pattern: ["FREQ=DAILY;INTERVAL=2;BYHOUR=14;BYMINUTE=00"],
    changed: 0,
  };
  world.policies.add(policy);
  world.hostPolicies.add(policy);
  planFiring(world, policy);
  return policy;
}

/** Any number of phones in one state, for a release of many. */
export function addPhones(world: World, project_id: string, count: number, state: PhoneState): Phone[] {
  return Array.from({ length: count }, () => addPhone(world, project_id, state));
}
