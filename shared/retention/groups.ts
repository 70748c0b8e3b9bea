import type { PlannableBackup } from "./backup.ts";
import type { Columns } from "./columns.ts";

/**
 * The good backups of each resource, newest first, as places in the input. Of two with the same time to the
 * microsecond the one with the greater id is the newer.
 */
export function goodBackupsByResource(
  backups: readonly PlannableBackup[],
  columns: Columns,
): Iterable<readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, { resource_id }] of backups.entries()) {
    if (!columns.isGood(index)) continue;
    const group = groups.get(resource_id);
    if (group) group.push(index);
    else groups.set(resource_id, [index]);
  }
  const newestFirst = newerFirst(backups, columns);
  for (const group of groups.values()) group.sort(newestFirst);
  return groups.values();
}

function newerFirst(backups: readonly PlannableBackup[], { time_ms, microseconds }: Columns) {
  return (left: number, right: number): number => {
    const later_ms = (time_ms[right] ?? 0) - (time_ms[left] ?? 0);
    if (later_ms !== 0) return later_ms;
    const later_us = (microseconds[right] ?? 0) - (microseconds[left] ?? 0);
    if (later_us !== 0) return later_us;
    return (backups[left]?.id ?? "") < (backups[right]?.id ?? "") ? 1 : -1;
  };
}
