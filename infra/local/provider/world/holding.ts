import { discard, isBusy, mark, shelfOfVault } from "./backups.ts";
import { cbr, type ResourceType, resource_types, type Vault } from "./model.ts";
import { startTask } from "./tasks.ts";
import type { World } from "./world.ts";

/** Documented: a vault holds at most 256 resources. */
export const maximum_resources = 256;

export interface ResourceRequest {
  readonly id: string;
  readonly type: ResourceType;
  /** What the vault calls it; the resource's own name when nothing is said. */
  readonly name?: string | undefined;
  readonly exclude_volumes?: readonly string[] | undefined;
}

/** Puts resources into the vault. Returns their ids. */
export function addResources(world: World, vault: Vault, wanted: readonly ResourceRequest[]): string[] {
  if (vault.status !== "available") throw cbr("6108", `the vault is ${vault.status}`);
  hold(world, vault, wanted);
  return wanted.map(({ id }) => id);
}

/** Refuses all of them if any does not fit. */
export function hold(world: World, vault: Vault, wanted: readonly ResourceRequest[]): void {
  if (new Set(wanted.map(({ id }) => id)).size !== wanted.length) throw cbr("6104");
  const found = wanted.map((request) => ({ request, resource: fitting(world, vault, request) }));
  if (vault.resources.size + found.length > maximum_resources) throw cbr("6100");
  for (const { request, resource } of found) {
    vault.resources.set(resource.id, {
      resource,
      name: request.name || undefined,
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
function vaultOf(world: World, resource_id: string): Vault | undefined {
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
    outcome: { outcome: "success" },
    onEnd() {
      for (const backup of backups) discard(world, backup);
      release(world, vault, ids);
    },
  });
  return [...ids];
}

/** Backups that nothing may delete, not even the end of their vault. */
export function refuseKept(
  vault: Vault,
  backups: readonly { status: string; image_ids: readonly string[] }[],
): void {
  if (backups.some(({ image_ids }) => image_ids.length > 0))
    throw cbr("6115", "a backup is used by an image");
  if (vault.locked && backups.length > 0) throw cbr("6115", "the vault is locked");
}
