import { findBackup, mark } from "./backups.ts";
import {
  type Backup,
  cbr,
  type Disk,
  type Resource,
  resource_types,
  type Task,
  type Vault,
} from "./model.ts";
import { isRunning, startTask } from "./tasks.ts";
import type { World } from "./world.ts";

interface RestoreRequest {
  readonly project_id: string;
  readonly backup_id: string;
  readonly server_id?: string | undefined;
  readonly volume_id?: string | undefined;
  /** A file system. */
  readonly resource_id?: string | undefined;
  readonly mappings: readonly { readonly backup_id: string; readonly volume_id: string }[];
}

/** Brings a resource back to what the backup holds. Returns the task. */
export function restoreBackup(world: World, request: RestoreRequest): Task {
  const backup = findBackup(world, request.project_id, request.backup_id);
  const target = targetOf(world, backup, request);
  checkMappings(backup, target, request);
  const vault = world.vaults.get(backup.vault_id);
  if (vault === undefined || vault.status !== "available") throw cbr("6202");
  if (backup.status !== "available") throw cbr("2005", `the backup is ${backup.status}`);
  if (isRunning(vault, "backup", target.id)) throw cbr("2002", target.id);
  if (isRunning(vault, "restore", target.id)) throw cbr("2010", target.id);
  return begin(world, { backup, target, vault });
}

const codes = {
  server: { field: "server_id", missing: "7100", foreign: "2003" },
  disk: { field: "volume_id", missing: "7000", foreign: "2003" },
  turbo: { field: "resource_id", missing: "7500", foreign: "7510" },
} as const;

function targetOf(world: World, backup: Backup, request: RestoreRequest): Resource {
  const { field, missing, foreign } = codes[backup.object_type];
  // A file system goes back to itself; the others must be named.
  const id = request[field] ?? (backup.object_type === "turbo" ? backup.resource_id : undefined);
  if (id === undefined) throw cbr("9900", `restore.${field} is needed for this backup`);
  const target = world.resources.get(id);
  if (target === undefined || target.project_id !== request.project_id) throw cbr(missing, id);
  if (target.object_type !== backup.object_type) throw cbr("7115", id);
  if (backup.object_type !== "disk" && target.id !== backup.resource_id) throw cbr(foreign, id);
  if (target.size_gb < backup.resource_size_gb) throw cbr("2001", id);
  return target;
}

function checkMappings(backup: Backup, target: Resource, { mappings }: RestoreRequest): void {
  for (const mapping of mappings) {
    const child = backup.children.find(({ id }) => id === mapping.backup_id);
    if (child === undefined) throw cbr("6200", mapping.backup_id);
    const disk = target.disks.find(({ id }) => id === mapping.volume_id);
    if (disk === undefined) throw cbr("7000", mapping.volume_id);
    checkDisk(child, disk);
  }
}

function checkDisk(child: Backup, disk: Disk): void {
  if (disk.size_gb < child.resource_size_gb) throw cbr("2001", disk.id);
  if (disk.bootable && !child.bootable) throw cbr("2013", disk.id);
}

function begin(
  world: World,
  { backup, target, vault }: { backup: Backup; target: Resource; vault: Vault },
): Task {
  const held = vault.resources.get(target.id);
  mark(world, backup, "waiting_restore");
  if (held !== undefined) held.protect_status = "restoring";
  return startTask(world, {
    operation_type: "restore",
    project_id: backup.project_id,
    object_type: backup.object_type,
    vault,
    checkpoint_id: backup.checkpoint_id,
    subject: {
      resource: { id: target.id, type: resource_types[target.object_type], name: target.name },
      restore: {
        backup_id: backup.id,
        backup_name: backup.name,
        target_id: target.id,
        target_name: target.name,
      },
    },
    span: world.settings.restore_ms,
    onStart: () => mark(world, backup, "restoring"),
    onEnd({ outcome }) {
      mark(world, backup, "available");
      if (held !== undefined) held.protect_status = "available";
      if (outcome !== "success") return;
      target.data_mb = backup.data_mb;
      target.restored = { backup_id: backup.id, at: world.stamp() };
    },
  });
}
