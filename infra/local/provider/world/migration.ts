import { account, shelfOfVault } from "./backups.ts";
import { createCollection } from "./collection.ts";
import { maximum_resources } from "./holding.ts";
import { cbr, type Vault } from "./model.ts";
import type { World } from "./world.ts";

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
  // A vault's collection is in the order of creation, also after strangers have moved in.
  const merged = createCollection<(typeof moved)[number]>();
  const all = [...shelfOfVault(world, destination.id).all(), ...moved];
  for (const backup of all.sort((left, right) => left.created - right.created)) merged.add(backup);
  world.backupsOfVault.set(destination.id, merged);
}
