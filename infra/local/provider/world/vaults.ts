import { account, discard, isBusy, mark, shelfOfVault } from "./backups.ts";
import { type ObjectType, type ResourceType, resource_types, type Tag, type Vault } from "./model.ts";
import { findPolicy } from "./policies.ts";
import { cbr } from "./refusal.ts";
import { createShelf } from "./shelf.ts";
import { startTask } from "./tasks.ts";
import type { World } from "./world.ts";

/** Documented: a vault holds at most 256 resources, and takes 10 tags when it is created. */
export const maximum_resources = 256;
export const maximum_tags = 20;

export interface ResourceRequest {
  readonly id: string;
  readonly type: ResourceType;
  readonly exclude_volumes?: readonly string[] | undefined;
}

export interface NewVault {
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
    id: world.chance.id(),
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

export interface VaultChanges {
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

/** Puts resources into the vault. Returns their ids. */
export function addResources(world: World, vault: Vault, wanted: readonly ResourceRequest[]): string[] {
  if (vault.status !== "available") throw cbr("6108", `the vault is ${vault.status}`);
  hold(world, vault, wanted);
  return wanted.map(({ id }) => id);
}

function hold(world: World, vault: Vault, wanted: readonly ResourceRequest[]): void {
  if (new Set(wanted.map(({ id }) => id)).size !== wanted.length) throw cbr("6104");
  const found = wanted.map((request) => ({ request, resource: fitting(world, vault, request) }));
  if (vault.resources.size + found.length > maximum_resources) throw cbr("6100");
  for (const { request, resource } of found) {
    vault.resources.set(resource.id, {
      resource,
      exclude_volumes: request.exclude_volumes ?? [],
      protect_status: "available",
      backup_count: 0,
      backup_size_mb: 0,
    });
    world.holders.set(resource.id, vault);
  }
}

const missing = { server: "7100", disk: "7000", turbo: "7500" } as const;

function fitting(world: World, vault: Vault, { id, type }: ResourceRequest) {
  if (type !== resource_types[vault.object_type])
    throw cbr("6102", `${type} in a vault for ${vault.object_type}`);
  const resource = world.resources.get(id);
  if (resource === undefined || resource.project_id !== vault.project_id) {
    throw cbr(missing[vault.object_type], id);
  }
  if (resource.object_type !== vault.object_type) throw cbr("6102", id);
  if (vaultOf(world, id) !== undefined) throw cbr("6103", id);
  return resource;
}

/** The vault that a resource is in, if any. There is only one kind of vault for each kind of resource. */
export function vaultOf(world: World, resource_id: string): Vault | undefined {
  return world.holders.get(resource_id);
}

function release(world: World, vault: Vault, ids: readonly string[]): void {
  for (const id of ids) {
    vault.resources.delete(id);
    world.holders.delete(id);
  }
}

/** An auto-binding vault takes every free resource that bears all its rules' tags. */
export function bindByTags(world: World, vault: Vault): void {
  const rules = vault.bind_rules.tags ?? [];
  if (!vault.auto_bind) return;
  const free = [...world.resources.values()].filter(
    ({ id, project_id, object_type, tags }) =>
      project_id === vault.project_id &&
      object_type === vault.object_type &&
      rules.length > 0 &&
      rules.every((rule) => tags.some(({ key, value }) => key === rule.key && value === rule.value)) &&
      !vault.resources.has(id) &&
      vaultOf(world, id) === undefined,
  );
  const room = maximum_resources - vault.resources.size;
  const type = resource_types[vault.object_type];
  hold(
    world,
    vault,
    free.slice(0, room).map(({ id }) => ({ id, type })),
  );
}

/** Takes resources and their backups out of the vault. */
export function removeResources(world: World, vault: Vault, ids: readonly string[]): string[] {
  const held = ids.map((id) => {
    const one = vault.resources.get(id);
    if (one === undefined) throw cbr("6135", id);
    return one;
  });
  if (isBusy(vault)) throw cbr("6125", vault.id);
  if (held.some(({ protect_status }) => protect_status === "removing")) throw cbr("6134", vault.id);
  const backups = shelfOfVault(world, vault.id).newest(({ resource_id }) => ids.includes(resource_id));
  refuseKept(vault, backups);
  if (backups.length === 0) {
    release(world, vault, ids);
    return [...ids];
  }
  for (const one of held) one.protect_status = "removing";
  for (const backup of backups) mark(world, backup, "waiting_delete");
  const { object_type } = vault;
  startTask(world, {
    operation_type: "remove_resource",
    project_id: vault.project_id,
    object_type,
    vault,
    subject: {
      remove_resources: {
        total_count: backups.length,
        resources: held.map(({ resource }) => ({
          id: resource.id,
          type: resource_types[object_type],
          name: resource.name,
        })),
      },
    },
    span: world.settings.delete_ms,
    fate: { outcome: "success" },
    onEnd() {
      for (const backup of backups) discard(world, backup);
      release(world, vault, ids);
    },
  });
  return [...ids];
}

function refuseKept(
  vault: Vault,
  backups: readonly { status: string; image_ids: readonly string[] }[],
): void {
  if (backups.some(({ image_ids }) => image_ids.length > 0))
    throw cbr("6115", "a backup is used by an image");
  if (vault.locked && backups.length > 0) throw cbr("6115", "the vault is locked");
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
    fate: { outcome: "success" },
    onEnd: vanish,
  });
}

/** Moves resources with their backups to another vault of the same kind. */
export function migrateResources(
  world: World,
  { source, destination, ids }: { source: Vault; destination: Vault | undefined; ids: readonly string[] },
): string[] {
  if (destination === undefined || destination.project_id !== source.project_id) throw cbr("6120");
  if (destination === source) throw cbr("6118", "source and destination are the same vault");
  if (destination.object_type !== source.object_type) throw cbr("6102", "the vaults are of different kinds");
  if (source.status !== "available" || destination.status !== "available") throw cbr("6112");
  if (source.running.size > 0 || destination.running.size > 0) throw cbr("6125");
  if (destination.resources.size + ids.length > maximum_resources) throw cbr("6100");
  const moving = ids.map((id) => {
    const held = source.resources.get(id);
    if (held === undefined) throw cbr("6135", id);
    return held;
  });
  const room_mb = moving.reduce((sum, { backup_size_mb }) => sum + backup_size_mb, destination.used_mb);
  if (room_mb > destination.size_gb * 1024 && !destination.auto_expand) throw cbr("6129");
  for (const held of moving) {
    source.resources.delete(held.resource.id);
    destination.resources.set(held.resource.id, { ...held, backup_count: 0, backup_size_mb: 0 });
    world.holders.set(held.resource.id, destination);
  }
  moveBackups(world, source, destination, new Set(ids));
  return [...ids];
}

function moveBackups(world: World, source: Vault, destination: Vault, ids: ReadonlySet<string>): void {
  const from = shelfOfVault(world, source.id);
  const moved = from.all().filter(({ resource_id }) => ids.has(resource_id));
  for (const backup of moved) {
    from.delete(backup.id);
    for (const one of [backup, ...backup.children]) one.vault_id = destination.id;
    if (backup.protected === undefined) continue;
    source.used_mb -= backup.size_mb;
    account(destination, backup, 1);
  }
  // A vault's shelf is in the order of creation, also after strangers have moved in.
  const merged = createShelf<(typeof moved)[number]>();
  const all = [...shelfOfVault(world, destination.id).all(), ...moved];
  for (const backup of all.sort((left, right) => left.created - right.created)) merged.add(backup);
  world.backupsOfVault.set(destination.id, merged);
}
