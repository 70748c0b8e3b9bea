import { messageOf } from "../errors.ts";
import { type Resource, resource_types } from "../world/model.ts";
import { timestampOrNull } from "../world/time.ts";
import type { World } from "../world/world.ts";

/** A resource as something that a vault could protect: with the vault that already does, or why none can. */
export function protectableView(world: World, resource: Resource) {
  const vault = world.holders.get(resource.id);
  const code = resource.refused_code === undefined ? null : `BackupService.${resource.refused_code}`;
  return {
    id: resource.id,
    name: resource.name,
    type: resource_types[resource.object_type],
    status: resource.object_type === "server" ? "ACTIVE" : "available",
    size: resource.size_gb,
    protectable: {
      result: vault === undefined && code === null,
      code: vault === undefined ? code : "BackupService.6103",
      reason: vault === undefined ? code && messageOf(code) : messageOf("BackupService.6103"),
      vault: vault === undefined ? null : { id: vault.id, name: vault.name },
    },
    children: resource.disks.map(({ id, name, size_gb }) => ({
      id,
      name,
      size: size_gb,
      type: resource_types.disk,
    })),
    detail: {
      zone: resource.zone,
      tags: resource.tags,
      data_mb: resource.data_mb,
      restored_from: resource.restored?.backup_id ?? null,
      restored_at: timestampOrNull(resource.restored?.at),
    },
  };
}
