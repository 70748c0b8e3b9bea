import { complete, createBackup, mark } from "./backups.ts";
import {
  type Backup,
  type Checkpoint,
  cbr,
  type Policy,
  resource_types,
  type Skipped,
  type TaskOutcome,
  type Vault,
  type VaultResource,
} from "./model.ts";
import { isRunning, startTask } from "./tasks.ts";
import type { World } from "./world.ts";

interface NewCheckpoint {
  readonly vault: Vault;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly incremental: boolean;
  readonly auto_trigger: boolean;
  /** Only these; all resources of the vault when absent. */
  readonly resource_ids?: readonly string[] | undefined;
  readonly policy?: Policy | undefined;
}

/** Begins one backup of each resource of the vault, or says why the vault cannot be backed up now. */
export function startCheckpoint(world: World, wanted: NewCheckpoint): Checkpoint {
  const { vault, policy } = wanted;
  refuseUnfit(vault);
  const selected = select(vault, wanted.resource_ids);
  if (isRunning(vault, "backup")) throw cbr("6125", vault.id);
  if (vault.used_mb >= vault.size_gb * 1024 && !vault.auto_expand) throw cbr("6114", vault.id);
  const skipped = selected.map((held) => reasonToSkip(vault, held)).filter((reason) => reason !== undefined);
  const chosen = selected.filter(({ resource }) => !skipped.some(({ id }) => id === resource.id));
  if (chosen.length === 0) throw cbr("0001", vault.id);
  const created = world.stamp();
  const checkpoint: Checkpoint = {
    id: world.random.id(),
    project_id: vault.project_id,
    vault_id: vault.id,
    vault_name: vault.name,
    name: wanted.name ?? `${wanted.auto_trigger ? "autobk" : "manualbk"}_${world.random.hex(4)}`,
    description: wanted.description ?? null,
    created,
    auto_trigger: wanted.auto_trigger,
    retention_days: policy?.operation_definition.retention_duration_days ?? -1,
    status: "protecting",
    resources: chosen.map(({ resource }) => ({ resource, protect_status: "protecting" })),
    skipped,
    open_tasks: chosen.length,
    good_tasks: 0,
  };
  world.checkpoints.add(checkpoint);
  for (const held of chosen) backUp(world, wanted, checkpoint, held);
  return checkpoint;
}

function refuseUnfit(vault: Vault): void {
  if (vault.status === "frozen" || vault.status === "lock") {
    throw cbr("6113", `the vault is ${vault.status}`);
  }
  if (vault.status !== "available") throw cbr("6112", `the vault is ${vault.status}`);
}

function select(vault: Vault, ids: readonly string[] | undefined): VaultResource[] {
  if (ids === undefined || ids.length === 0) {
    if (vault.resources.size === 0) throw cbr("0001", "the vault has no resources");
    return [...vault.resources.values()];
  }
  return [...new Set(ids)].map((id) => {
    const held = vault.resources.get(id);
    if (held === undefined) throw cbr("6135", id);
    return held;
  });
}

function reasonToSkip(vault: Vault, { resource, protect_status }: VaultResource): Skipped | undefined {
  const skip = (code: string, reason: string): Skipped => ({
    id: resource.id,
    type: resource_types[resource.object_type],
    name: resource.name,
    code: `BackupService.${code}`,
    reason,
  });
  if (resource.refused_code !== undefined)
    return skip(resource.refused_code, "The resource cannot be backed up.");
  if (protect_status === "restoring" || isRunning(vault, "restore", resource.id)) {
    return skip("2010", "The resource is being restored.");
  }
  if (protect_status === "removing") return skip("6134", "The resource is being removed from the vault.");
  return undefined;
}

function backUp(world: World, wanted: NewCheckpoint, checkpoint: Checkpoint, held: VaultResource): void {
  const { vault, policy } = wanted;
  const { resource } = held;
  // The first backup is full, whatever was asked for.
  const incremental = wanted.incremental && held.backup_count > 0;
  const backup = createBackup(world, {
    resource,
    vault,
    checkpoint,
    incremental,
    policy_id: policy?.id,
    exclude_volumes: held.exclude_volumes,
    created: world.stamp(),
  });
  held.protect_status = "protecting";
  startTask(world, {
    operation_type: "backup",
    project_id: vault.project_id,
    object_type: vault.object_type,
    vault,
    checkpoint_id: checkpoint.id,
    policy_id: policy?.id,
    subject: {
      resource: { id: resource.id, type: resource_types[resource.object_type], name: resource.name },
      backup: { id: backup.id, name: backup.name, incremental },
    },
    span: world.settings.backup_ms,
    outcome: resource.fates.shift(),
    onStart: () => mark(world, backup, "protecting"),
    onEnd: (outcome) => end(world, { vault, checkpoint, held, backup }, outcome),
  });
}

interface Ending {
  readonly vault: Vault;
  readonly checkpoint: Checkpoint;
  readonly held: VaultResource;
  readonly backup: Backup;
}

function end(world: World, { vault, checkpoint, held, backup }: Ending, outcome: TaskOutcome): void {
  const good = outcome.outcome === "success" || outcome.outcome === "partial";
  const size_mb = sizeOf(world, held, backup);
  if (good) complete(world, vault, backup, size_mb);
  else mark(world, backup, "error");
  const lastChild = backup.children.at(-1);
  if (outcome.outcome === "partial" && lastChild !== undefined) lastChild.status = "error";
  if (good) held.resource.data_mb += Math.ceil(size_mb * 0.05);
  while (vault.auto_expand && vault.used_mb > vault.size_gb * 1024)
    vault.size_gb += Math.max(10, vault.size_gb >> 2);

  held.protect_status = good ? "available" : "error";
  const listed = checkpoint.resources.find(({ resource }) => resource === held.resource);
  if (listed !== undefined) listed.protect_status = held.protect_status;
  checkpoint.open_tasks -= 1;
  if (good) checkpoint.good_tasks += 1;
  if (checkpoint.open_tasks === 0) {
    checkpoint.status = checkpoint.good_tasks > 0 ? "available" : "error";
    world.agenda.at(world.now + world.settings.task_memory_ms, () => world.checkpoints.delete(checkpoint.id));
  }
}

/** A full backup takes all data; an incremental one what changed since the last, at least one MB. */
function sizeOf(world: World, { resource, backup_count }: VaultResource, backup: Backup): number {
  if (!backup.incremental || backup_count === 0) return Math.max(1, resource.data_mb);
  const changed = resource.data_mb * resource.daily_change * (0.5 + world.random.fraction());
  return Math.max(1, Math.round(changed));
}

export function findCheckpoint(world: World, project_id: string, id: string): Checkpoint {
  const checkpoint = world.checkpoints.get(id);
  if (checkpoint === undefined || checkpoint.project_id !== project_id) throw cbr("6217", id);
  return checkpoint;
}
