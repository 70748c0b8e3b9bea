import type { BackupClass } from "./ownership.ts";
import type { RefusalCode } from "./refusals.ts";

/** What is to become of one backup, and why. */
export interface PruneDecision {
  readonly id: string;
  readonly resource_id: string;
  readonly created_at: string;
  readonly class: BackupClass;
  /** `refuse`: nothing keeps it, or it is no business of ours, and it must not be deleted. */
  readonly action: "keep" | "delete" | "refuse";
  /** `retained`, `expired`, or why it is refused. */
  readonly code: "retained" | "expired" | RefusalCode;
  /** One sentence for people. */
  readonly reason: string;
  /** How the backup looked; only of those that are to be deleted. */
  readonly fingerprint?: string | undefined;
}
