import type { Backup } from "../api/operations/cbr/backup.ts";
import type { RefusalCode } from "./refusals.ts";
import type { Verdict } from "./retention.ts";
import { timeOf } from "./time.ts";

/** The provider deletes its expired backups in batches by day: what it has not deleted after so long, it has forgotten. */
const grace_ms = 7 * 86_400_000;

/** Whether a backup that a policy of the provider made is past its own expiry for long enough. */
export function nativeVerdict(
  { expired_at }: Backup,
  { now_ms }: { readonly now_ms: number },
): Verdict | { readonly code: RefusalCode } {
  const expired_ms = timeOf(expired_at);
  if (expired_ms === undefined) return { code: "native-no-expiry" };
  if (now_ms - expired_ms < grace_ms) return { code: "native-not-due" };
  return { keep: false, reason: `more than 7 days past its own expired_at ${expired_at}` };
}
