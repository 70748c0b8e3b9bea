import { complete, createBackup } from "../world/backups.ts";
import type { Backup, Checkpoint, Vault, VaultResource } from "../world/model.ts";
import { type Moment, minute_ms } from "../world/time.ts";
import type { World } from "../world/world.ts";

/** A backup that was made before the world began. */
export interface PastBackup {
  readonly vault: Vault;
  readonly resource_id: string;
  readonly created: Moment;
  readonly name: string;
  /** Made by a native policy, which keeps it so many days. */
  readonly native?: { readonly policy_id: string; readonly retention_days: number } | undefined;
  /** Good when absent. */
  readonly status?: Backup["status"] | undefined;
  /** What it takes in the vault; by its resource's data when absent. */
  readonly size_mb?: number | undefined;
  readonly image_ids?: readonly string[] | undefined;
}

/** Adds backups of the past, in the order of their creation: before anything is made in the world itself. */
export function addPastBackups(world: World, wanted: readonly PastBackup[]): Backup[] {
  return wanted.toSorted((left, right) => left.created - right.created).map((one) => addOne(world, one));
}

function addOne(world: World, past: PastBackup): Backup {
  const { vault, created, native, status = "available" } = past;
  const held = vault.resources.get(past.resource_id);
  if (held === undefined) throw new Error(`resource ${past.resource_id} is not in vault ${vault.id}`);
  const incremental = held.backup_count > 0;
  const backup = createBackup(world, {
    resource: held.resource,
    vault,
    checkpoint: checkpointOf(world, past, held),
    incremental,
    policy_id: native?.policy_id,
    exclude_volumes: held.exclude_volumes,
    created,
  });
  const { data_mb, daily_change } = held.resource;
  const usual_mb = incremental ? data_mb * daily_change : data_mb;
  if (status === "error") backup.status = "error";
  else complete(world, vault, backup, past.size_mb ?? Math.max(1, Math.round(usual_mb)));
  backup.status = status;
  for (const one of [backup, ...backup.children]) {
    one.updated = created + 5 * minute_ms;
    if (one.protected !== undefined) one.protected = one.updated;
  }
  backup.image_ids = past.image_ids ?? [];
  return backup;
}

/** The restore point that it came from, long since forgotten by the provider. */
function checkpointOf(
  world: World,
  { vault, created, name, native }: PastBackup,
  held: VaultResource,
): Checkpoint {
  return {
    id: world.random.id(),
    project_id: vault.project_id,
    vault_id: vault.id,
    vault_name: vault.name,
    name,
    description: null,
    created,
    auto_trigger: native !== undefined,
    retention_days: native?.retention_days ?? -1,
    status: "available",
    resources: [{ resource: held.resource, protect_status: "available" }],
    skipped: [],
    open_tasks: 0,
    good_tasks: 1,
  };
}
