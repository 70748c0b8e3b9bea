import { discard, mark, shelfOfVault } from "./backups.ts";
import { bindByTags, hold, type ResourceRequest, refuseKept } from "./holding.ts";
import { cbr, type ObjectType, type Tag, type Vault } from "./model.ts";
import { findPolicy } from "./policies.ts";
import { startTask } from "./tasks.ts";
import type { World } from "./world.ts";

// One door to a vault's life: its resources come and go in holding.ts.
export { addResources, removeResources } from "./holding.ts";

/** Documented: a vault bears at most 20 tags, 10 of them from its creation. */
const maximum_tags = 20;

interface NewVault {
  readonly project_id: string;
  readonly user_id: string;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly object_type: ObjectType;
  readonly size_gb: number;
  readonly resources: readonly ResourceRequest[];
  readonly tags?: readonly Tag[] | undefined;
  readonly policy_id?: string | null | undefined;
  readonly auto_bind?: boolean | undefined;
  readonly bind_rules?: Vault["bind_rules"] | undefined;
  readonly auto_expand?: boolean | undefined;
  readonly backup_name_prefix?: string | undefined;
  readonly is_multi_az?: boolean | undefined;
  readonly locked?: boolean | undefined;
}

export function createVault(world: World, wanted: NewVault): Vault {
  const tags = (wanted.tags ?? []).map(({ key, value }) => ({ key: key.trim(), value: value.trim() }));
  if (tags.length > maximum_tags) throw cbr("6600");
  if (new Set(tags.map(({ key }) => key)).size !== tags.length)
    throw cbr("9900", "tags: keys must be unique");
  if (wanted.policy_id) findPolicy(world, wanted.project_id, wanted.policy_id);
  const vault: Vault = {
    id: world.random.id(),
    project_id: wanted.project_id,
    user_id: wanted.user_id,
    object_type: wanted.object_type,
    created: world.stamp(),
    is_multi_az: wanted.is_multi_az ?? false,
    backup_name_prefix: wanted.backup_name_prefix ?? "",
    name: wanted.name,
    description: wanted.description ?? null,
    size_gb: wanted.size_gb,
    used_mb: 0,
    status: "available",
    locked: wanted.locked ?? false,
    auto_bind: wanted.auto_bind ?? false,
    bind_rules: wanted.bind_rules ?? {},
    auto_expand: wanted.auto_expand ?? false,
    smn_notify: true,
    threshold: 80,
    tags,
    policy_id: wanted.policy_id ?? null,
    resources: new Map(),
    running: new Set(),
  };
  // Everything is checked before the vault exists: a refused request leaves nothing behind.
  hold(world, vault, wanted.resources);
  bindByTags(world, vault);
  world.vaults.add(vault);
  return vault;
}

export function findVault(world: World, project_id: string, id: string): Vault {
  const vault = world.vaults.get(id);
  if (vault === undefined || vault.project_id !== project_id) throw cbr("6105", id);
  return vault;
}

interface VaultChanges {
  readonly name?: string | undefined;
  readonly size_gb?: number | undefined;
  readonly auto_bind?: boolean | undefined;
  readonly bind_rules?: Vault["bind_rules"] | undefined;
  readonly auto_expand?: boolean | undefined;
  readonly smn_notify?: boolean | undefined;
  readonly threshold?: number | undefined;
  readonly locked?: boolean | undefined;
}

export function updateVault(world: World, vault: Vault, changes: VaultChanges): void {
  if (vault.status !== "available") throw cbr("6110", `the vault is ${vault.status}`);
  if (changes.size_gb !== undefined && changes.size_gb * 1024 < vault.used_mb) {
    throw cbr("6101", "smaller than what the vault holds");
  }
  if (vault.locked && changes.locked === false) throw cbr("6110", "a lock cannot be taken off");
  const { size_gb = vault.size_gb, name = vault.name, bind_rules = vault.bind_rules } = changes;
  vault.size_gb = size_gb;
  vault.name = name;
  vault.bind_rules = bind_rules;
  vault.auto_bind = changes.auto_bind ?? vault.auto_bind;
  vault.auto_expand = changes.auto_expand ?? vault.auto_expand;
  vault.smn_notify = changes.smn_notify ?? vault.smn_notify;
  vault.threshold = changes.threshold ?? vault.threshold;
  vault.locked = changes.locked ?? vault.locked;
  bindByTags(world, vault);
}

/** Deletes the vault and every backup in it; an empty one is gone at once. */
export function deleteVault(world: World, vault: Vault): void {
  if (vault.status === "deleting") throw cbr("6112", "the vault is deleting");
  if (vault.running.size > 0) throw cbr("6111", "tasks of the vault are under way");
  const backups = shelfOfVault(world, vault.id).all();
  refuseKept(vault, backups);
  const vanish = () => {
    for (const backup of backups) discard(world, backup);
    for (const id of vault.resources.keys()) world.holders.delete(id);
    world.vaults.delete(vault.id);
    world.backupsOfVault.delete(vault.id);
  };
  if (backups.length === 0) {
    vanish();
    return;
  }
  vault.status = "deleting";
  for (const backup of backups) mark(world, backup, "waiting_delete");
  startTask(world, {
    operation_type: "vault_delete",
    project_id: vault.project_id,
    object_type: vault.object_type,
    vault,
    subject: { vault_delete: { total_count: backups.length } },
    span: world.settings.delete_ms,
    outcome: { outcome: "success" },
    onEnd: vanish,
  });
}
