import { type Instant, readNow } from "../../../shared/retention/now.ts";
import type { Decision } from "../../../shared/retention/plan.ts";
import type { FileBackup } from "./backups-file.ts";
import type { Decide } from "./retention.ts";

/** A backup with what would become of it. */
export interface PlannedBackup {
  readonly backup: FileBackup;
  readonly time_ms: number;
  readonly decision: Decision;
}

/** Decides on backups, in their order. Throws RetentionRefusal. */
export function planBackups(backups: readonly FileBackup[], decide: Decide, now: Instant): PlannedBackup[] {
  const decisions = decide(backups, now);
  return backups.flatMap((backup, index) => {
    const decision = decisions[index];
    return decision ? [{ backup, decision, time_ms: readNow(backup.created_at) }] : [];
  });
}

export function isKept({ decision }: PlannedBackup): boolean {
  return decision.action === "keep";
}
