import type { PlannableBackup } from "../retention/backup.ts";
import { planRetention } from "../retention/plan.ts";
import type { RetentionPolicyInput } from "../retention/policy.ts";

export interface Verdict {
  readonly keep: boolean;
  readonly reason: string;
}

/** What the retention of the vault's rules says about each of our backups: what any of them keeps is kept. */
export function retentionVerdicts(
  backups: readonly PlannableBackup[],
  policies: readonly RetentionPolicyInput[],
  now_ms: number,
): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const policy of policies) {
    for (const { id, action, reasons } of planRetention({ backups, policy, now: now_ms })) {
      const before = verdicts.get(id);
      if (before?.keep) continue;
      const keep = action === "keep";
      const reason = keep || !before ? reasons.join("; ") : joined(before.reason, reasons.join("; "));
      verdicts.set(id, { keep, reason });
    }
  }
  return verdicts;
}

const joined = (one: string, other: string) => (one === other ? one : `${one}; ${other}`);
