import type { cbr } from "../../../../shared/api/operations/all.ts";
import { checkpointView } from "../view/checkpoint.ts";
import { taskView } from "../view/task.ts";
import { provider_ids } from "../view/vault.ts";
import { findCheckpoint, startCheckpoint } from "../world/checkpoints.ts";
import type { Task, TaskStatus, TaskType } from "../world/model.ts";
import { findTask } from "../world/tasks.ts";
import { type Moment, readTime } from "../world/time.ts";
import { findVault } from "../world/vaults.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handler.ts";
import { paged } from "./paging.ts";

type Names = "createCheckpoint" | "showCheckpoint" | "showTask" | "listTasks";

export const checkpointHandlers: Handlers<Pick<typeof cbr, Names>> = {
  createCheckpoint({ world, path, body }) {
    const { vault_id, parameters = {} } = body.checkpoint;
    const vault = findVault(world, path.project_id, vault_id);
    const named = [
      ...(parameters.resources ?? []),
      ...(parameters.resource_details ?? []).map(({ id }) => id),
    ];
    const checkpoint = startCheckpoint(world, {
      vault,
      name: parameters.name,
      description: parameters.description,
      incremental: parameters.incremental ?? true,
      auto_trigger: parameters.auto_trigger ?? false,
      resource_ids: named,
    });
    return { checkpoint: checkpointView(checkpoint, vault) };
  },

  showCheckpoint({ world, path }) {
    const checkpoint = findCheckpoint(world, path.project_id, path.checkpoint_id);
    return { checkpoint: checkpointView(checkpoint, world.vaults.get(checkpoint.vault_id)) };
  },

  showTask: ({ world, path }) => ({
    operation_log: taskView(world, findTask(world, path.project_id, path.operation_log_id)),
  }),

  listTasks({ world, path, query, lists }) {
    const matching = tasksOf(world, {
      ...query,
      project_id: path.project_id,
      until: lists.visible_until,
      from: query.start_time === undefined ? undefined : readTime(query.start_time),
      to: query.end_time === undefined ? undefined : readTime(query.end_time),
    });
    const { items, ...page } = paged(matching, query, lists, ({ id }) => id);
    return { operation_logs: items.map((task) => taskView(world, task)), ...page };
  },
};

interface TaskFilter {
  readonly project_id: string;
  readonly until: Moment;
  readonly from: Moment | undefined;
  readonly to: Moment | undefined;
  readonly operation_type?: TaskType | undefined;
  readonly status?: TaskStatus | undefined;
  readonly provider_id?: string | undefined;
  readonly resource_id?: string | undefined;
  readonly resource_name?: string | undefined;
  readonly vault_id?: string | undefined;
  readonly vault_name?: string | undefined;
}

/** Newest first. Tasks come in the order of their creation, so older ones need not be looked at. */
function tasksOf(world: World, filter: TaskFilter): Task[] {
  return world.tasks.newest((task) => {
    if (filter.from !== undefined && task.created < filter.from) return "stop";
    return isWanted(task, filter);
  });
}

function isWanted(task: Task, filter: TaskFilter): boolean {
  return (
    task.project_id === filter.project_id &&
    task.created <= filter.until &&
    // To the second, as the filter is written: a task of the named second is in.
    (filter.to === undefined || task.created < filter.to + 1000) &&
    (filter.operation_type === undefined || task.operation_type === filter.operation_type) &&
    (filter.status === undefined || task.status === filter.status) &&
    (filter.vault_id === undefined || task.vault_id === filter.vault_id) &&
    (filter.vault_name === undefined || task.vault_name === filter.vault_name) &&
    (filter.resource_id === undefined || task.subject.resource?.id === filter.resource_id) &&
    (filter.resource_name === undefined || task.subject.resource?.name === filter.resource_name) &&
    (filter.provider_id === undefined || provider_ids[task.object_type] === filter.provider_id)
  );
}
