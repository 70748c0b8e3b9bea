import { createCollection } from "./collection.ts";
import { type Backup, type Checkpoint, cbr, type Resource, resource_types, type Vault } from "./model.ts";
import { isRunning, startTask } from "./tasks.ts";
import { day_ms, type Moment } from "./time.ts";
import type { World } from "./world.ts";

interface NewBackup {
  readonly resource: Resource;
  readonly vault: Vault;
  readonly checkpoint: Checkpoint;
  readonly incremental: boolean;
  readonly policy_id: string | undefined;
  readonly exclude_volumes: readonly string[];
  readonly created: Moment;
}

/** Puts a new backup, with one child for each disk of a server, on its shelves; it has nothing in it yet. */
export function createBackup(world: World, wanted: NewBackup): Backup {
  const { resource, checkpoint } = wanted;
  const backup = blank(world, wanted, {
    resource_id: resource.id,
    resource_name: resource.name,
    object_type: resource.object_type,
    resource_size_gb: resource.size_gb,
    name: checkpoint.name,
    parent_id: null,
    bootable: false,
  });
  for (const disk of resource.disks) {
    if (wanted.exclude_volumes.includes(disk.id)) continue;
    const child = blank(world, wanted, {
      resource_id: disk.id,
      resource_name: resource.name,
      object_type: "disk",
      resource_size_gb: disk.size_gb,
      name: `${checkpoint.name}_${resource.name}`,
      parent_id: backup.id,
      bootable: disk.bootable,
    });
    backup.children.push(child);
  }
  shelve(world, backup);
  return backup;
}

type Varying = Pick<
  Backup,
  "resource_id" | "resource_name" | "object_type" | "resource_size_gb" | "name" | "parent_id" | "bootable"
>;

function blank(world: World, wanted: NewBackup, varying: Varying): Backup {
  const { checkpoint, vault, resource } = wanted;
  const expires =
    checkpoint.auto_trigger && checkpoint.retention_days > 0
      ? wanted.created + checkpoint.retention_days * day_ms
      : undefined;
  return {
    ...varying,
    id: world.random.id(),
    project_id: vault.project_id,
    checkpoint_id: checkpoint.id,
    resource_type: resource_types[varying.object_type],
    zone: resource.zone,
    created: wanted.created,
    auto_trigger: checkpoint.auto_trigger,
    incremental: wanted.incremental,
    policy_id: wanted.policy_id ?? null,
    snapshot_id: varying.object_type === "disk" ? world.random.id() : null,
    data_mb: resource.data_mb,
    description: checkpoint.description,
    vault_id: vault.id,
    status: "waiting_protect",
    updated: undefined,
    protected: undefined,
    expires,
    size_mb: 0,
    children: [],
    image_ids: [],
    members: new Map(),
  };
}

/** Adds a backup to the lists; backups must come in the order of their creation. */
function shelve(world: World, backup: Backup): void {
  world.backups.add(backup);
  shelfOfVault(world, backup.vault_id).add(backup);
  for (const child of backup.children) world.children.set(child.id, child);
}

export function shelfOfVault(world: World, vault_id: string) {
  const known = world.backupsOfVault.get(vault_id);
  if (known !== undefined) return known;
  const collection = createCollection<Backup>();
  world.backupsOfVault.set(vault_id, collection);
  return collection;
}

/** Gives a backup and its children one status. */
export function mark(world: World, backup: Backup, status: Backup["status"]): void {
  for (const one of [backup, ...backup.children]) {
    one.status = status;
    one.updated = world.stamp();
  }
}

/** A backup that succeeded: it takes room in the vault and counts for its resource. */
export function complete(world: World, vault: Vault, backup: Backup, size_mb: number): void {
  mark(world, backup, "available");
  backup.size_mb = size_mb;
  for (const child of backup.children) {
    child.size_mb = Math.ceil(size_mb / backup.children.length);
    child.protected = world.now;
  }
  backup.protected = world.now;
  account(vault, backup, 1);
}

/** Adds (or takes away) a backup's room and count. */
export function account(vault: Vault, backup: Backup, sign: 1 | -1): void {
  vault.used_mb += sign * backup.size_mb;
  const held = vault.resources.get(backup.resource_id);
  if (held === undefined) return;
  held.backup_count += sign;
  held.backup_size_mb += sign * backup.size_mb;
}

/** Takes a backup out of the world. Those that never succeeded took no room. */
export function discard(world: World, backup: Backup): void {
  // It may be on its way out twice: by itself, and with its resource or its vault.
  if (world.backups.get(backup.id) === undefined) return;
  const vault = world.vaults.get(backup.vault_id);
  if (vault !== undefined && backup.protected !== undefined) account(vault, backup, -1);
  world.backups.delete(backup.id);
  shelfOfVault(world, backup.vault_id).delete(backup.id);
  for (const child of backup.children) world.children.delete(child.id);
}

/** A backup of the project, or a disk's part of one. */
export function findBackup(world: World, project_id: string, id: string): Backup {
  const backup = world.backups.get(id) ?? world.children.get(id);
  if (backup === undefined || backup.project_id !== project_id) throw cbr("6200", id);
  return backup;
}

/** Accepts the deletion of one backup: a task, and then it is gone. */
export function deleteBackup(world: World, project_id: string, id: string): void {
  const backup = findBackup(world, project_id, id);
  const vault = world.vaults.get(backup.vault_id);
  if (backup.parent_id !== null) throw cbr("6201", "a disk's part is deleted with its server's backup");
  if (backup.image_ids.length > 0) throw cbr("6204", id);
  // Restoring, or being deleted already.
  if (/restor|delet/.test(backup.status)) throw cbr("6216", `the backup is ${backup.status}`);
  if (backup.status !== "available" && backup.status !== "error") {
    throw cbr("6201", `the backup is ${backup.status}`);
  }
  if (vault !== undefined && vault.status !== "available") throw cbr("6112", `the vault is ${vault.status}`);
  if (vault?.locked && backup.auto_trigger && !isExpired(world, backup)) throw cbr("6220", id);
  beginDeletion(world, vault, backup);
}

export function isExpired(world: World, backup: Backup): boolean {
  return backup.expires !== undefined && backup.expires <= world.now;
}

/** Also the way of native expiry, which asks nobody. */
export function beginDeletion(world: World, vault: Vault | undefined, backup: Backup): void {
  const before = [backup, ...backup.children].map((one) => ({ one, status: one.status }));
  const takeBack = () => {
    for (const { one, status } of before) {
      one.status = status;
      one.updated = world.stamp();
    }
  };
  mark(world, backup, "waiting_delete");
  startTask(world, {
    operation_type: "delete",
    project_id: backup.project_id,
    object_type: backup.object_type,
    vault,
    checkpoint_id: backup.checkpoint_id,
    subject: {
      resource: { id: backup.resource_id, type: backup.resource_type, name: backup.resource_name },
      delete: { id: backup.id, name: backup.name },
    },
    span: world.settings.delete_ms,
    onStart: () => mark(world, backup, "deleting"),
    onEnd: ({ outcome }) =>
      outcome === "failed" || outcome === "timeout" ? takeBack() : discard(world, backup),
  });
}

/** Whether a backup or a restore is under way, which keeps resources where they are. */
export function isBusy(vault: Vault): boolean {
  return isRunning(vault, "backup") || isRunning(vault, "restore");
}
