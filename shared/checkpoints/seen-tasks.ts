import type { Client } from "../api/client.ts";
import { type listTasks, type Task, taskStatuses } from "../api/operations/cbr/tasks.ts";
import { formatQueryTime } from "../api/time.ts";
import type { SeenTask } from "./settle-slot.ts";

const documented: ReadonlySet<string> = new Set(taskStatuses);

/** The provider's clock may be behind ours. */
const margin_ms = 5 * 60_000;

/** Lists of more tasks than this are not read while almost all of them are still running. */
const largeList = 3_000;
const almostAll = 0.9;
/** After so long they are read all the same: a task that hangs must be found. */
const patience_ms = 2 * 3_600_000;

type Tasks = Client<{ listTasks: typeof listTasks }>;

/** What one reading of the task list showed. */
export interface SeenTasks {
  readonly byCheckpoint: ReadonlyMap<string, readonly SeenTask[]>;
  /** Statuses that the provider does not document: what is in them is waited for. */
  readonly unknownStatuses: ReadonlySet<string>;
  /**
   * False when the list moved while it was read, or when one of its tasks cannot be read: what is not in it may exist all
   * the same.
   */
  readonly complete: boolean;
}

/**
 * The backup tasks of a project since a time, by checkpoint: one paged query for all open slots. The list grows
 * while it is read; a task that is missed now is found by a later run. `expected` is how many tasks are open as far
 * as we know: a list of many pages in which hardly anything has ended is not read, it would only spend the rate budget.
 * Undefined: nothing was read, and nothing may be concluded.
 */
export async function tasksByCheckpoint(
  client: Tasks,
  {
    since_ms,
    expected,
    now_ms,
  }: { readonly since_ms: number; readonly expected: number; readonly now_ms: number },
): Promise<SeenTasks | undefined> {
  const byCheckpoint = new Map<string, SeenTask[]>();
  const unknownStatuses = new Set<string>();
  const query = { operation_type: "backup" as const, start_time: formatQueryTime(since_ms - margin_ms) };
  const patient = expected > largeList && now_ms - since_ms < patience_ms;
  if (patient && (await unfinished(client, query)) >= expected * almostAll) return undefined;
  let complete = true;
  const unsure = () => {
    complete = false;
  };
  const tasks = client.listTasks.all({ query }, { moved: "accept", onMoved: unsure, unreadable: unsure });
  for await (const task of tasks) {
    const seen = toSeenTask(task);
    if (!seen) continue;
    if (!documented.has(seen.status)) unknownStatuses.add(seen.status);
    const others = byCheckpoint.get(seen.checkpoint_id);
    if (others) others.push(seen);
    else byCheckpoint.set(seen.checkpoint_id, [seen]);
  }
  return { byCheckpoint, unknownStatuses, complete };
}

/** How many tasks have not ended, by the lists' own totals; none where they have no totals. */
async function unfinished(
  client: Tasks,
  query: { operation_type: "backup"; start_time: string },
): Promise<number> {
  const [running, waiting] = await Promise.all([
    client.listTasks({ query: { ...query, status: "running", limit: 1 } }),
    client.listTasks({ query: { ...query, status: "waiting", limit: 1 } }),
  ]);
  return (running.count ?? 0) + (waiting.count ?? 0);
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
