import type { cbr } from "../../../../shared/api/operations/all.ts";
import { backupView } from "../view/backup.ts";
import { deleteBackup, findBackup } from "../world/backups.ts";
import { restoreBackup } from "../world/restores.ts";
import { findShared } from "../world/sharing.ts";
import { storageUsage, syncBackups } from "../world/storage.ts";
import { backupsOf, toFilter } from "./backup-filter.ts";
import type { Handlers } from "./handler.ts";
import { paged, sorted } from "./paging.ts";

type Names =
  | "showBackup"
  | "listBackups"
  | "deleteBackup"
  | "restoreBackup"
  | "updateBackup"
  | "syncBackups"
  | "showStorageUsage";

const sortValues = {
  created_at: "created",
  updated_at: "updated",
  protected_at: "protected",
  name: "name",
  status: "status",
  id: "id",
} as const;

function isSortKey(key: string): key is keyof typeof sortValues {
  return Object.hasOwn(sortValues, key);
}

export const backupHandlers: Handlers<Pick<typeof cbr, Names>> = {
  showBackup({ world, path }) {
    const backup = findShared(world, path.project_id, path.backup_id);
    return { backup: backupView(backup, backup.members.get(path.project_id)) };
  },

  listBackups({ world, path, query, lists }) {
    const filter = toFilter(path.project_id, query, lists);
    const matching = sorted(backupsOf(world, filter), query.sort, (backup, key) =>
      isSortKey(key) ? backup[sortValues[key]] : undefined,
    );
    const { items, ...page } = paged(matching, query, lists, ({ id }) => id);
    return {
      backups: items.map((backup) => backupView(backup, backup.members.get(path.project_id))),
      ...page,
    };
  },

  deleteBackup({ world, path }) {
    deleteBackup(world, path.project_id, path.backup_id);
    return undefined;
  },

  restoreBackup({ world, path, body }) {
    const task = restoreBackup(world, {
      ...body.restore,
      mappings: body.restore.mappings ?? [],
      project_id: path.project_id,
      backup_id: path.backup_id,
    });
    return { job_id: task.id };
  },

  updateBackup({ world, path, body }) {
    const backup = findBackup(world, path.project_id, path.backup_id);
    backup.name = body.backup.name;
    backup.updated = world.stamp();
    return { backup: backupView(backup) };
  },

  syncBackups: ({ world, path, body }) => ({ sync: syncBackups(world, path.project_id, body.sync) }),

  showStorageUsage({ world, path, query, lists }) {
    const all = storageUsage(world, path.project_id).filter(
      ({ resource_id, resource_type }) =>
        (query.resource_id === undefined || resource_id === query.resource_id) &&
        (query.resource_type === undefined || resource_type === query.resource_type),
    );
    const { items, count } = paged(all, query, lists, ({ resource_id }) => resource_id);
    return { resource_count: count, storage_usage: items.map((usage) => ({ ...usage })) };
  },
};
