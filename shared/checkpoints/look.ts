import type { Client } from "../api/client.ts";
import { ListUnreadable, textOf, type UnreadableItem } from "../api/list.ts";
import type { listBackups } from "../api/operations/cbr/backups.ts";
import type { listTasks } from "../api/operations/cbr/tasks.ts";
import { formatQueryTime } from "../api/time.ts";
import { attemptName } from "./name.ts";
import type { Slot } from "./slot.ts";

type Lookup = Client<{ listBackups: typeof listBackups; listTasks: typeof listTasks }>;

/** What an attempt left at the provider. */
interface Traces {
  readonly checkpoint_id: string;
  /** Ids of the resources that a backup or a task of it was seen for. */
  readonly resources: readonly string[];
}

/** The provider's clock may be behind the schedule's. */
const margin_ms = 10 * 60_000;

/**
 * Looks for the slot's current attempt by its name, among the vault's tasks and backups since the slot was due. Names
 * are compared here: the provider's own filter by name is not exact. Throws when a listing fails or moves, and when all
 * that there is may be an item that cannot be read; only a complete look-up may say that there is nothing.
 */
export async function lookForAttempt(client: Lookup, slot: Slot): Promise<Traces | undefined> {
  const name = attemptName(slot, slot.work.attempt);
  const start_time = formatQueryTime(Date.parse(slot.scheduled_at) - margin_ms);
  const query = { vault_id: slot.vault_id, start_time };
  const checkpoints = new Set<string>();
  const resources = new Set<string>();

  const maybe: UnreadableItem[] = [];
  const note = (item: UnreadableItem, itsName: string | undefined) => {
    if (itsName === undefined || itsName === name) maybe.push(item);
  };
  const tasks = client.listTasks.all(
    { query: { ...query, operation_type: "backup" } },
    { unreadable: (item) => note(item, textOf(item, "extra_info", "backup", "backup_name")) },
  );
  for await (const { checkpoint_id, extra_info } of tasks) {
    if (extra_info?.backup?.backup_name !== name || !checkpoint_id) continue;
    checkpoints.add(checkpoint_id);
    if (extra_info.resource?.id) resources.add(extra_info.resource.id);
  }
  const backups = client.listBackups.all(
    { query },
    { unreadable: (item) => note(item, textOf(item, "name")) },
  );
  for await (const backup of backups) {
    if (backup.name !== name || !backup.checkpoint_id) continue;
    checkpoints.add(backup.checkpoint_id);
    resources.add(backup.resource_id);
  }
  const [checkpoint_id] = checkpoints;
  if (checkpoint_id !== undefined) return { checkpoint_id, resources: [...resources] };
  if (maybe[0]) throw new ListUnreadable(maybe[0]);
  return undefined;
}
