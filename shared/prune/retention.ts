import type { Backup } from "../api/operations/cbr/backup.ts";
import type { PlannableBackup } from "../retention/backup.ts";
import { planRetention } from "../retention/plan.ts";
import type { RetentionPolicyInput } from "../retention/policy.ts";
import type { RefusalCode } from "./decision.ts";
import { timeOf } from "./resources.ts";

export interface RetentionVerdict {
  readonly keep: boolean;
  readonly reason: string;
}

/** What the retention of the vault's rules says about each of our backups: what any of them keeps is kept. */
export function retentionVerdicts(
  backups: readonly PlannableBackup[],
  policies: readonly RetentionPolicyInput[],
  now_ms: number,
): Map<string, RetentionVerdict> {
  const verdicts = new Map<string, RetentionVerdict>();
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

/** The provider deletes its expired backups in batches by day: what it has not deleted after so long, it has forgotten. */
const grace_ms = 7 * 86_400_000;

/** Whether a backup that a policy of the provider made is past its own expiry for long enough. */
export function nativeVerdict(
  { expired_at }: Backup,
  { now_ms }: { readonly now_ms: number },
): RetentionVerdict | { readonly code: RefusalCode } {
  const expired_ms = timeOf(expired_at);
  if (expired_ms === undefined) return { code: "native-no-expiry" };
  if (now_ms - expired_ms < grace_ms) return { code: "native-not-due" };
  return { keep: false, reason: `more than 7 days past its own expired_at ${expired_at}` };
}
