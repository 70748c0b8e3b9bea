import { bindByTags } from "./holding.ts";
import { cbr, type Disk, type ObjectType, type Resource, type Tag } from "./model.ts";
import type { World } from "./world.ts";

interface NewResource {
  readonly project_id: string;
  readonly object_type: ObjectType;
  readonly name: string;
  /** For a server, the sizes of its disks, the system disk first; else one size. In GB. */
  readonly sizes_gb: readonly [number, ...number[]];
  readonly tags?: readonly Tag[] | undefined;
  /** Written so far; a fifth to half of the size when absent. */
  readonly data_mb?: number | undefined;
}

/** A new server, disk or file system, in no vault unless one binds it by its tags. */
export function addResource(world: World, wanted: NewResource): Resource {
  const size_gb = wanted.sizes_gb.reduce((sum, size) => sum + size, 0);
  const resource: Resource = {
    id: world.random.id(),
    project_id: wanted.project_id,
    object_type: wanted.object_type,
    name: wanted.name,
    size_gb,
    zone: `az${world.random.between(1, 3)}.dc1`,
    tags: wanted.tags ?? [],
    disks: wanted.object_type === "server" ? disksOf(world, wanted) : [],
    data_mb: wanted.data_mb ?? Math.floor(size_gb * 1024 * (0.2 + 0.3 * world.random.fraction())),
    daily_change: 0.005 + 0.02 * world.random.fraction(),
    fates: [],
  };
  world.resources.set(resource.id, resource);
  const binding = world.vaults.newest(
    (vault) => vault.auto_bind && vault.project_id === wanted.project_id && vault.status === "available",
  );
  for (const vault of binding) bindByTags(world, vault);
  return resource;
}

function disksOf(world: World, { name, sizes_gb }: NewResource): Disk[] {
  return sizes_gb.map((size_gb, index) => ({
    id: world.random.id(),
    name: `${name}-volume-${index}`,
    size_gb,
    bootable: index === 0,
  }));
}

const missing = { server: "7100", disk: "7000", turbo: "7500" } as const;

export function findResource(
  world: World,
  project_id: string,
  object_type: ObjectType,
  id: string,
): Resource {
  const resource = world.resources.get(id);
  if (resource === undefined || resource.project_id !== project_id || resource.object_type !== object_type) {
    throw cbr(missing[object_type], id);
  }
  return resource;
}
