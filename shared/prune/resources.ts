import type { Backup } from "../api/operations/cbr/backup.ts";
import { healthOf } from "../retention/backup.ts";
import { TimestampReader } from "../retention/timestamp.ts";
import { type PruneDecision, refusals } from "./decision.ts";

/** A good backup of ours, with its time in epoch milliseconds. */
interface GoodBackup {
  readonly id: string;
  readonly at_ms: number;
}

interface ResourceState {
  /** Newest first; equal times: the greater id is newer. */
  readonly good: readonly GoodBackup[];
  readonly newest_ms: number | undefined;
}

/** What each resource has of our good backups. One that is dated after now counts for nothing yet. */
export type Resources = ReadonlyMap<string, ResourceState>;

export function resourcesOf(ours: readonly Backup[], now_ms: number): Resources {
  const byResource = new Map<string, GoodBackup[]>();
  for (const backup of ours) {
    if (healthOf(backup) !== "good") continue;
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

/** A provider timestamp in epoch milliseconds; undefined when it is none. */
export function timeOf(text: string | null | undefined): number | undefined {
  const reader = new TimestampReader();
  return text && reader.read(text) ? reader.time_ms : undefined;
}

/**
 * Takes back deletions until every resource keeps `minimum` good backups of ours, the newest first. A resource that
 * does not have so many loses nothing at all, not even a failed backup.
 */
export function keepFloor(
  decisions: readonly PruneDecision[],
  resources: Resources,
  minimum: number,
): PruneDecision[] {
  const toDelete = new Set(decisions.filter(({ action }) => action === "delete").map(({ id }) => id));
  const short = new Set<string>();
  for (const resource_id of new Set(decisions.map((decision) => decision.resource_id))) {
    const good = resources.get(resource_id)?.good ?? [];
    if (good.length < minimum) short.add(resource_id);
    let kept = good.filter(({ id }) => !toDelete.has(id)).length;
    for (const { id } of good) {
      if (kept >= minimum) break;
      if (toDelete.delete(id)) kept++;
    }
  }
  return decisions.map((decision) => {
    const { fingerprint: _, ...rest } = decision;
    if (decision.action !== "delete") return decision;
    if (toDelete.has(decision.id) && !short.has(decision.resource_id)) return decision;
    return { ...rest, action: "refuse", code: "floor", reason: `${refusals.floor} (${minimum})` };
  });
}
