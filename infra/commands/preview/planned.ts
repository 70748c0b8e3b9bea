import { readNow } from "../../../shared/retention/now.ts";
import { type Decision, planRetention } from "../../../shared/retention/plan.ts";
import type { RetentionPolicy } from "../../../shared/retention/policy.ts";
import type { FileBackup } from "./backups-file.ts";

/** A backup with what would become of it. */
export interface PlannedBackup {
  readonly backup: FileBackup;
  readonly time_ms: number;
  readonly decision: Decision;
}

/** Decides on the backups of a file, in its order. Throws RetentionRefusal. */
export function planBackups(
  backups: readonly FileBackup[],
  policy: RetentionPolicy,
  now: string,
): PlannedBackup[] {
  const decisions = planRetention({ backups, policy, now });
  return backups.flatMap((backup, index) => {
    const decision = decisions[index];
    return decision ? [{ backup, decision, time_ms: readNow(backup.created_at) }] : [];
  });
}

export function isKept({ decision }: PlannedBackup): boolean {
  return decision.action === "keep";
}
