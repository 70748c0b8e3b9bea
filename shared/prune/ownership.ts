import type { Backup } from "../api/operations/cbr/backup.ts";
import type { Slot } from "../checkpoints/slot.ts";

/** Whose a backup is, as far as deleting it is concerned. */
export const backupClasses = ["own", "native-automatic", "manual", "shared-to-us"] as const;
export type BackupClass = (typeof backupClasses)[number];

/** The checkpoints that the ledger says this product made in a vault. */
export function ownCheckpoints(slots: readonly Pick<Slot, "attempts">[]): ReadonlySet<string> {
  return new Set(slots.flatMap(({ attempts }) => attempts.map(({ checkpoint_id }) => checkpoint_id)));
}

/**
 * Decides whose a backup is. It is ours only if an attempt in the ledger made its checkpoint: anybody can give a
 * backup one of our names, and the provider's own policies never run in a checkpoint that we asked for.
 */
export function classOf(
  backup: Backup,
  { project_id, own }: { project_id: string; own: ReadonlySet<string> },
): BackupClass {
  const owner = backup.project_id;
  if (typeof owner === "string" && owner !== project_id) return "shared-to-us";
  if (backup.extend_info?.auto_trigger === true) return "native-automatic";
  return backup.checkpoint_id && own.has(backup.checkpoint_id) ? "own" : "manual";
}

/** Whether an image was made from the backup, or from the backup of one of its disks. */
export function isImageSource(backup: Backup): boolean {
  const { extend_info, children } = backup;
  return (extend_info?.os_images_data ?? []).length > 0 || (children ?? []).some(isImageSource);
}

/** Only servers' backups can be shared; a type that we do not know is taken for one. */
export function canBeShared({ resource_type }: Pick<Backup, "resource_type">): boolean {
  return resource_type !== "OS::Cinder::Volume" && resource_type !== "OS::Sfs::Turbo";
}
