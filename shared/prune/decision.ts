import { createHash } from "node:crypto";
import type { Backup } from "../api/operations/cbr/backup.ts";
import type { BackupClass } from "./ownership.ts";

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

/** Why a backup is not deleted although nothing keeps it, or is not even considered: code and sentence. */
export const refusals = {
  "shared-to-us": "it belongs to another project, which shares it with this one",
  child: "it is part of a server's backup and goes only with it",
  "not-ours": "no record in the ledger says that this product created it",
  "native-automatic": "a policy of the provider made it, and the project does not let those be pruned",
  "native-not-due": "a policy of the provider made it, and it is not yet 7 days past its own expired_at",
  "native-no-expiry": "a policy of the provider made it, and it has no expired_at that can be read",
  "on-hold": "it is on hold",
  locked: "its vault is locked: the provider forbids to delete backups early",
  "vault-unavailable": "its vault is not in a state in which the provider deletes backups",
  "image-source": "an image was made from it",
  "in-use": "it is being made, restored or deleted",
  orphan: "its resource is in no vault any more, and no rule says that such backups may be deleted",
  "orphan-not-due": "its resource is in no vault any more, and the rule for such backups keeps it longer",
  elsewhere: "its resource is in another vault now",
  "slot-open": "pruning of its resource is paused: a checkpoint of its vault is still open",
  "rpo-breached":
    "pruning of its resource is paused: its newest good backup of ours is not younger than the recovery point objective",
  floor: "its resource would be left with fewer good backups of ours than it must keep",
  unreadable: "a backup of its resource, or one that may be of its resource, cannot be read",
  shared: "it is shared with another project",
  changed: "it is not as it was when its deletion was planned",
  missing: "it was gone before it could be deleted; somebody else has deleted it",
  "cannot-be-deleted": "the provider says that it cannot be deleted now",
  "still-there": "the provider accepted its deletion and has not carried it out",
} as const;

export type RefusalCode = keyof typeof refusals;

/**
 * How a backup looked, in 16 characters. What the list and the single view both show, and what changes when somebody
 * does something with it; its children are not in it, because lists may leave them out.
 */
export function fingerprintOf(backup: Backup): string {
  const { id, name, status, vault_id, checkpoint_id, resource_id, parent_id, extend_info } = backup;
  const { created_at, updated_at, expired_at } = backup;
  const seen = [
    [id, name, status, vault_id, checkpoint_id, resource_id, parent_id],
    [created_at, updated_at, expired_at],
    [extend_info?.auto_trigger, (extend_info?.os_images_data ?? []).map(({ image_id }) => image_id)],
  ];
  // Absent and null are the same to the provider.
  const text = JSON.stringify(seen, (_, value: unknown) => value ?? null);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
