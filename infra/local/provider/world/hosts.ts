import { Refusal } from "./model.ts";
import type { Host } from "./services.ts";
import type { World } from "./world.ts";

export function findHost(world: World, project_id: string, id: string): Host {
  const host = world.hosts.get(id);
  if (host === undefined || host.project_id !== project_id) {
    throw new Refusal("HSS.0011", "The server does not exist.");
  }
  return host;
}

interface RemoteBackup {
  readonly remote_backup: boolean;
  readonly backup_addr?: string | undefined;
  readonly backup_host_id?: string | undefined;
}

/** Remote backup of a Linux server under web tamper protection, on a backup server that runs. */
export function setRemoteBackup(world: World, host: Host, wanted: RemoteBackup): void {
  if (!wanted.remote_backup) {
    host.remote_backup = false;
    host.backup_addr = "";
    host.backup_host_id = "";
    host.switched += 1;
    return;
  }
  const refuse = (why: string) => new Refusal("HSS.0001", why);
  if (host.os_type !== "linux") throw refuse("Remote backup is for Linux servers only.");
  if (host.protect_status !== "opened") throw refuse("Web tamper protection is not enabled on the server.");
  if (host.agent_status !== "online") throw new Refusal("HSS.1001", "The agent of the server is offline.");
  const target = world.backupHosts.get(wanted.backup_host_id ?? "");
  if (target === undefined || target.project_id !== host.project_id)
    throw refuse("The backup server does not exist.");
  if (!target.running) throw refuse("The backup server is not running.");
  const address = `${target.ip}:${target.port}`;
  if (wanted.backup_addr !== address) throw refuse("backup_addr is not the address of the backup server.");
  host.remote_backup = true;
  host.backup_addr = address;
  host.backup_host_id = target.id;
  host.switched += 1;
}
