import { type Backup, cbr, type ObjectType, type ResourceType, resource_types } from "./model.ts";
import { startTask } from "./tasks.ts";
import type { World } from "./world.ts";

interface Usage {
  readonly resource_id: string;
  readonly resource_name: string;
  readonly resource_type: ResourceType;
  readonly backup_count: number;
  readonly backup_size: number;
  readonly backup_size_multiaz: number;
}

/** What each resource's good backups take, in MB. */
export function storageUsage(world: World, project_id: string): Usage[] {
  const backups = world.backups.newest(
    (backup) => backup.project_id === project_id && backup.protected !== undefined,
  );
  return [...Map.groupBy(backups, ({ resource_id }) => resource_id).values()].map((ofOne) => usageOf(ofOne));
}

function usageOf(backups: readonly Backup[]): Usage {
  const [{ resource_id = "", resource_name = "", resource_type = resource_types.server } = {}] = backups;
  return {
    resource_id,
    resource_name,
    resource_type,
    backup_count: backups.length,
    backup_size: backups.reduce((sum, { size_mb }) => sum + size_mb, 0),
    backup_size_multiaz: 0,
  };
}

interface SyncRequest {
  readonly backup_id: string;
  readonly backup_name: string;
  readonly resource_id: string;
  readonly resource_name: string;
  readonly resource_type: ResourceType;
}

/** Takes backups of another site in. This cloud only notes the tasks: it has no such site. */
export function syncBackups(
  world: World,
  project_id: string,
  wanted: readonly SyncRequest[],
): { id: string; status: string }[] {
  for (const { backup_id } of wanted)
    if (world.backups.get(backup_id) !== undefined) throw cbr("7302", backup_id);
  for (const one of wanted) {
    startTask(world, {
      operation_type: "sync",
      project_id,
      object_type: objectTypeOf(one.resource_type),
      vault: undefined,
      subject: {
        resource: { id: one.resource_id, type: one.resource_type, name: one.resource_name },
        sync: { sync_backup_num: 1 },
      },
      span: world.settings.delete_ms,
      onEnd: () => {},
    });
  }
  return wanted.map(({ backup_id }) => ({ id: backup_id, status: "syncing" }));
}

function objectTypeOf(type: ResourceType): ObjectType {
  if (type === resource_types.server) return "server";
  return type === resource_types.disk ? "disk" : "turbo";
}
