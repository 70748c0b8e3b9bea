import type { PlannableBackup } from "./backup.ts";
import type { Columns } from "./columns.ts";

/**
 * The good backups of each resource, newest first, as places in the input. Of two with the same time to the
 * microsecond the one with the greater id is the newer.
 */
export function goodBackupsByResource(
  backups: readonly PlannableBackup[],
  columns: Columns,
): readonly (readonly number[])[] {
  const groups = Array.from({ length: columns.resources }, (): number[] => []);
  columns.resource.forEach((resource, index) => {
    if (columns.isGood(index)) groups[resource]?.push(index);
  });
  const newestFirst = newerFirst(backups, columns);
  for (const group of groups) group.sort(newestFirst);
  return groups;
}

function newerFirst(backups: readonly PlannableBackup[], { time_ms, microseconds }: Columns) {
  return (left: number, right: number): number => {
    const leftTime_ms = time_ms[left] ?? 0;
    const rightTime_ms = time_ms[right] ?? 0;
    if (leftTime_ms !== rightTime_ms) return leftTime_ms < rightTime_ms ? 1 : -1;
    const later_us = (microseconds[right] ?? 0) - (microseconds[left] ?? 0);
    if (later_us !== 0) return later_us;
    return (backups[left]?.id ?? "") < (backups[right]?.id ?? "") ? 1 : -1;
  };
}
