import type { Backup } from "../api/operations/cbr/backup.ts";
import { standingOf } from "../retention/backup.ts";
import { timeOf } from "./time.ts";

/** A good backup of ours, with its time in epoch milliseconds. */
export interface GoodBackup {
  readonly id: string;
  readonly at_ms: number;
}

export interface ResourceState {
  /** Newest first; equal times: the greater id is newer. */
  readonly good: readonly GoodBackup[];
  readonly newest_ms: number | undefined;
}

/** What each resource has of our good backups. One that is dated after now counts for nothing yet. */
export type Resources = ReadonlyMap<string, ResourceState>;

export function resourcesOf(ours: readonly Backup[], now_ms: number): Resources {
  const byResource = new Map<string, GoodBackup[]>();
  for (const backup of ours) {
    if (standingOf(backup) !== "good") continue;
    const at_ms = timeOf(backup.created_at);
    if (at_ms === undefined || at_ms > now_ms) continue;
    const others = byResource.get(backup.resource_id);
    if (others) others.push({ id: backup.id, at_ms });
    else byResource.set(backup.resource_id, [{ id: backup.id, at_ms }]);
  }
  return new Map(
    [...byResource].map(([resource_id, good]) => {
      good.sort((a, b) => b.at_ms - a.at_ms || (a.id < b.id ? 1 : -1));
      return [resource_id, { good, newest_ms: good[0]?.at_ms }];
    }),
  );
}
