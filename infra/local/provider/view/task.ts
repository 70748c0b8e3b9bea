import { messageOf } from "../errors.ts";
import type { Task, TaskSubject } from "../world/model.ts";
import { progressOf } from "../world/tasks.ts";
import { timestamp, timestampOrNull } from "../world/time.ts";
import type { World } from "../world/world.ts";
import { provider_ids } from "./vault.ts";

/** A task (the provider's "operation log") as it shows it. */
export function taskView(world: World, task: Task) {
  return {
    id: task.id,
    project_id: task.project_id,
    provider_id: provider_ids[task.object_type],
    operation_type: task.operation_type,
    status: task.status,
    checkpoint_id: task.checkpoint_id,
    vault_id: task.vault_id,
    vault_name: task.vault_name,
    policy_id: task.policy_id,
    created_at: timestamp(task.created),
    started_at: timestampOrNull(task.started),
    updated_at: timestamp(task.updated),
    ended_at: timestampOrNull(task.ended),
    error_info: { code: task.error_code, message: task.error_code === "" ? "" : messageOf(task.error_code) },
    extra_info: {
      ...subjectView(task.subject, task.status === "failed"),
      common: { progress: progressOf(world, task), request_id: task.request_id, task_id: task.id },
    },
  };
}

function subjectView(subject: TaskSubject, failed: boolean) {
  return {
    resource: subject.resource,
    backup: subject.backup && {
      backup_id: subject.backup.id,
      backup_name: subject.backup.name,
      incremental: String(subject.backup.incremental),
    },
    delete: subject.delete && { backup_id: subject.delete.id, backup_name: subject.delete.name },
    restore: subject.restore && {
      backup_id: subject.restore.backup_id,
      backup_name: subject.restore.backup_name,
      target_resource_id: subject.restore.target_id,
      target_resource_name: subject.restore.target_name,
    },
    vault_delete: subject.vault_delete && { fail_count: failed ? 1 : 0, ...subject.vault_delete },
    remove_resources: subject.remove_resources && { fail_count: failed ? 1 : 0, ...subject.remove_resources },
    sync: subject.sync && { delete_backup_num: 0, err_sync_backup_num: 0, ...subject.sync },
  };
}
