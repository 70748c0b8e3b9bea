import { DAY_MS } from "../../../shared/retention/calendar.ts";
import { readNow } from "../../../shared/retention/refusal.ts";
import type { FileBackup } from "./backups-file.ts";
import type { Decide } from "./retention.ts";

const HOUR_MS = 3_600_000;

/** When each backup would go under one policy: the moment of the first run that lets it expire. */
export type Departures = ReadonlyMap<FileBackup, number>;

interface Forecast {
  readonly backups: readonly FileBackup[];
  readonly decide: Decide;
  readonly now_ms: number;
  /** One run a day, the first at `now`, the last this many days later. */
  readonly days: number;
  /** Resources with a recent good backup go on making one this often; 0: nobody makes any. */
  readonly every_hours: number;
}

/** Runs the policy once a day, taking away what expires, as pruning would. */
export function forecast({ backups, decide, now_ms, days, every_hours }: Forecast): Departures {
  const departures = new Map<FileBackup, number>();
  const expected = every_hours === 0 ? [] : expectedBackups(backups, now_ms, days, every_hours);
  let left: readonly FileBackup[] = [...backups, ...expected];
  for (let day = 0; day <= days; day++) {
    const run_ms = now_ms + day * DAY_MS;
    const decisions = decide(left, run_ms);
    const gone = left.filter((_, index) => decisions[index]?.action === "expire");
    for (const backup of gone) departures.set(backup, run_ms);
    left = left.filter((_, index) => decisions[index]?.action === "keep");
  }
  for (const backup of expected) departures.delete(backup);
  return departures;
}

/** Good backups to come, for each resource whose newest good one is younger than two intervals. */
function expectedBackups(backups: readonly FileBackup[], now_ms: number, days: number, every_hours: number) {
  const every_ms = every_hours * HOUR_MS;
  const newest = new Map<string, { readonly time_ms: number; readonly backup: FileBackup }>();
  for (const backup of backups) {
    const time_ms = readNow(backup.created_at);
    if ((backup.status ?? "available") !== "available" || time_ms > now_ms) continue;
    const known = newest.get(backup.resource_id);
    if (!known || time_ms > known.time_ms) newest.set(backup.resource_id, { time_ms, backup });
  }
  const expected: FileBackup[] = [];
  for (const { time_ms: newest_ms, backup } of newest.values()) {
    if (newest_ms <= now_ms - 2 * every_ms) continue;
    for (let time_ms = newest_ms + every_ms; time_ms <= now_ms + days * DAY_MS; time_ms += every_ms) {
      const created_at = new Date(time_ms).toISOString();
      if (time_ms > now_ms) expected.push(expectedBackup(backup, created_at));
    }
  }
  return expected;
}

/** Where the newest one is. */
function expectedBackup({ resource_id, vault_id }: FileBackup, created_at: string): FileBackup {
  return {
    id: `expected ${created_at} of ${resource_id}`,
    resource_id,
    vault_id,
    created_at,
    status: "available",
    resource_name: undefined,
    resource_size: undefined,
  };
}
