import { auditBackupStatus } from "../../../../infra/local/provider/world/audit.ts";
import type { AuditInstance, BackupHost, Host } from "../../../../infra/local/provider/world/services.ts";
import type { World } from "../../../../infra/local/provider/world/world.ts";
import type { InstanceRules } from "../../../../shared/estate/instances.ts";

/** What must be said of a host, found out without the product's code: that it is covered, could be, or why not. */
export type Truth =
  | "covered"
  | "coverable"
  | "windows"
  | "unprotected"
  | "offline"
  | "no-network"
  | "no-server";

export function truthOf(world: World, host: Host, hasNetworks: boolean): Truth {
  if (host.os_type === "windows") return "windows";
  if (host.protect_status === "closed") return "unprotected";
  if (host.agent_status === "offline") return "offline";
  if (isCovered(world, host)) return "covered";
  const place = placeOf(host.private_ip, hasNetworks);
  if (place === undefined) return "no-network";
  const servers = world.backupHosts.newest(
    ({ running, ip }) => running && placeOf(ip, hasNetworks) === place,
  );
  return servers.length > 0 ? "coverable" : "no-server";
}

export function isCovered(world: World, { remote_backup, backup_host_id }: Host): boolean {
  return remote_backup && world.backupHosts.get(backup_host_id)?.running === true;
}

export function areNeighbours(host: Host, server: BackupHost, hasNetworks: boolean): boolean {
  return placeOf(host.private_ip, hasNetworks) === placeOf(server.ip, hasNetworks);
}

/** The third number of an address tells the networks of the simulation apart. */
function placeOf(ip: string, hasNetworks: boolean): string | undefined {
  if (!hasNetworks) return "all";
  return /^192\.168\.([01])\.\d+$/.exec(ip)?.[1];
}

export const works = (world: World, instance: AuditInstance): boolean =>
  auditBackupStatus(world, instance) === 1;

/** Resources of these kinds that no vault holds, those apart that are in none on purpose. */
export function unprotectedIn(
  { resources, holders }: World,
  { object_types, exclude_resource_ids: excluded }: InstanceRules["discovery"],
): string[] {
  return [...resources.values()]
    .filter(({ object_type }) => object_types.includes(object_type))
    .filter(({ id }) => !excluded.includes(id) && !holders.has(id))
    .map(({ id }) => id)
    .sort();
}
