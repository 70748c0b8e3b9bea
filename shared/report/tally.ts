import type { Backup } from "../api/operations/cbr/backup.ts";
import { parseProviderTime } from "../api/time.ts";
import { classOf } from "../prune/ownership.ts";
import { healthOf } from "../retention/backup.ts";

/** What the provider lists of one resource's backups. */
interface ResourceTally {
  readonly name: string;
  readonly type: string;
  own: number;
  native: number;
  other: number;
  newest_ms: number;
  oldest_ms: number;
  /** 0: none is good. */
  newest_good_ms: number;
  /** Good backups by the report's nights. */
  readonly seen: Uint8Array;
  readonly vault_ids: Set<string>;
}

interface TallyOptions {
  readonly project_id: string;
  /** Checkpoints that the ledger says are ours. */
  readonly own: ReadonlySet<string>;
  /** When each of the report's nights begins, oldest first. */
  readonly starts_ms: readonly number[];
}

/** Counts backups one by one, so that no list of them is ever held. */
export interface Tally {
  readonly byResource: ReadonlyMap<string, ResourceTally>;
  /** Backups whose time could not be read. */
  readonly unreadable: number;
  add(backup: Backup): void;
}

export function backupTally({ project_id, own, starts_ms }: TallyOptions): Tally {
  const byResource = new Map<string, ResourceTally>();
  let unreadable = 0;
  return {
    byResource,
    get unreadable() {
      return unreadable;
    },
    add(backup) {
      // A server's disks come and go with the server's own backup.
      if (backup.parent_id) return;
      const at_ms = timeOf(backup.created_at);
      if (at_ms === undefined) {
        unreadable++;
        return;
      }
      const tally = byResource.get(backup.resource_id) ?? empty(backup, at_ms, starts_ms.length);
      byResource.set(backup.resource_id, tally);
      const whose = classOf(backup, { project_id, own });
      tally[whose === "own" ? "own" : whose === "native-automatic" ? "native" : "other"]++;
      tally.newest_ms = Math.max(tally.newest_ms, at_ms);
      tally.oldest_ms = Math.min(tally.oldest_ms, at_ms);
      if (backup.vault_id) tally.vault_ids.add(backup.vault_id);
      if (healthOf(backup) !== "good") return;
      tally.newest_good_ms = Math.max(tally.newest_good_ms, at_ms);
      const night = nightOf(at_ms, starts_ms);
      if (night >= 0) tally.seen[night] = Math.min(9, (tally.seen[night] ?? 0) + 1);
    },
  };
}

function empty({ resource_name, resource_id, resource_type }: Backup, at_ms: number, nights: number) {
  return {
    name: resource_name || resource_id,
    type: resource_type ?? "",
    own: 0,
    native: 0,
    other: 0,
    newest_ms: at_ms,
    oldest_ms: at_ms,
    newest_good_ms: 0,
    seen: new Uint8Array(nights),
    vault_ids: new Set<string>(),
  } satisfies ResourceTally;
}

function timeOf(text: string): number | undefined {
  try {
    return parseProviderTime(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The night that a moment belongs to: the last one that had begun. -1: before all of them. */
function nightOf(at_ms: number, starts_ms: readonly number[]): number {
  let low = 0;
  let high = starts_ms.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts_ms[middle] ?? 0) <= at_ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
