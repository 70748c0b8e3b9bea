import type { Client } from "../api/client.ts";
import type { Task } from "../api/operations/cbr/task.ts";
import type { listTasks } from "../api/operations/cbr/tasks.ts";
import { formatQueryTime } from "../api/time.ts";
import type { SeenTask } from "./settle-slot.ts";

/** The provider's clock may be behind ours. */
const margin_ms = 5 * 60_000;

/**
 * The backup tasks of a project since a time, by checkpoint: one paged query for all open slots. The list grows
 * while it is read; a task that is missed now is found by the next run.
 */
export async function tasksByCheckpoint(
  client: Client<{ listTasks: typeof listTasks }>,
  since_ms: number,
): Promise<Map<string, SeenTask[]>> {
  const byCheckpoint = new Map<string, SeenTask[]>();
  const tasks = client.listTasks.all(
    { query: { operation_type: "backup", start_time: formatQueryTime(since_ms - margin_ms) } },
    { moved: "accept" },
  );
  for await (const task of tasks) {
    const seen = toSeenTask(task);
    if (!seen) continue;
    const others = byCheckpoint.get(seen.checkpoint_id);
    if (others) others.push(seen);
    else byCheckpoint.set(seen.checkpoint_id, [seen]);
  }
  return byCheckpoint;
}

function toSeenTask({ checkpoint_id, status, extra_info, error_info }: Task): SeenTask | undefined {
  const resource_id = extra_info?.resource?.id;
  if (!checkpoint_id || !resource_id) return undefined;
  return {
    checkpoint_id,
    resource_id,
    status,
    backup_id: extra_info?.backup?.backup_id ?? undefined,
    code: error_info?.code || undefined,
    message: error_info?.message || undefined,
  };
}
