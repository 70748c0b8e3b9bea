import { addHost } from "../../../../infra/local/provider/demo/instances.ts";
import { addAuditInstance, switchAuditBackup } from "../../../../infra/local/provider/world/audit.ts";
import type { ObjectType } from "../../../../infra/local/provider/world/model.ts";
import type { SeededRandom } from "../../../../infra/local/provider/world/random.ts";
import type { AuditInstance, BackupHost, Host } from "../../../../infra/local/provider/world/services.ts";
import type { Account } from "../../night/account.ts";
import type { ProjectInput } from "../../night/kind.ts";

/** Two networks that the estates of some projects tell apart. */
export const networks = [
  { name: "front", cidrs: ["192.168.0.0/24"] },
  { name: "back", cidrs: ["192.168.1.0/24"] },
] as const;

/** Where the product puts the backups of audit instances; whoever does it by hand takes another bucket. */
export const bucket_name = "vigil-audits";

/** Some audit instances, web hosts and backup servers, and what the estate says about them. */
export function addInstances(account: Account, random: SeededRandom, project: ProjectInput): ProjectInput {
  const audits = some(random.between(0, 3), (number) => addSomeAudit(account, random, `audit-${number}`));
  some(random.between(1, 3), (number) => addSomeServer(account, random, `server-${number}`));
  some(random.between(0, 5), (number) => addSomeHost(account, random, `web-${number}`));
  const by_hand = audits.filter(() => random.fraction() < 0.15).map(({ id }) => id);
  return {
    ...project,
    instances: {
      ...project.instances,
      audit: { bucket_name, trigger_time: random.pick(["02:30", "14:05", "23:55"]), by_hand },
      discovery: { object_types: [...random.pick(kindsOfResources)] },
      hosts:
        random.fraction() < 0.5
          ? {}
          : { networks: networks.map((one) => ({ ...one, cidrs: [...one.cidrs] })) },
    },
  };
}

const kindsOfResources: readonly [readonly ObjectType[], ...(readonly ObjectType[])[]] = [
  ["disk"],
  ["server", "turbo"],
  ["server", "disk", "turbo"],
];

const some = <Item>(count: number, add: (number: number) => Item): Item[] =>
  Array.from({ length: count }, (_, number) => add(number));

export function addSomeAudit(
  { world, project_id }: Account,
  random: SeededRandom,
  name: string,
): AuditInstance {
  const instance = addAuditInstance(world, project_id, name);
  if (random.fraction() < 0.2) switchByHand(world, instance);
  return instance;
}

export function switchByHand(world: Account["world"], instance: AuditInstance): void {
  switchAuditBackup(world, instance, {
    bucket_name: "by-hand",
    bucket_root_path: "",
    cycle: "PER_WEEK",
    mode: "AUTO",
    trigger_time: "2026-01-04 04:00:00",
  });
}

export function addSomeServer(
  { world, project_id }: Account,
  random: SeededRandom,
  name: string,
): BackupHost {
  const server: BackupHost = {
    id: world.random.id(),
    project_id,
    name,
    ip: `192.168.${random.between(0, 1)}.${random.between(2, 19)}`,
    port: 8080,
    directory: "/hss/backup",
    running: random.fraction() < 0.8,
  };
  world.backupHosts.add(server);
  return server;
}

export function addSomeHost({ world, project_id }: Account, random: SeededRandom, name: string): Host {
  const kind = random.fraction();
  const ip = `192.168.${random.between(0, 1)}.${random.between(20, 250)}`;
  const host = addHost(world, project_id, {
    name,
    private_ip: kind < 0.05 ? "10.9.8.7" : ip,
    ...(kind > 0.05 && kind < 0.12 && { os_type: "windows" as const }),
    ...(kind > 0.12 && kind < 0.19 && { agent_status: "offline" as const }),
    ...(kind > 0.19 && kind < 0.26 && { protect_status: "closed" as const }),
  });
  const servers = world.backupHosts.all();
  const server = servers[random.between(0, servers.length - 1)];
  if (kind > 0.26 && kind < 0.4 && server !== undefined) {
    host.remote_backup = true;
    host.backup_host_id = server.id;
    host.backup_addr = `${server.ip}:${server.port}`;
  }
  return host;
}
