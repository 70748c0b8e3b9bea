import { createHash } from "node:crypto";
import type { Backup } from "../api/operations/cbr/backup.ts";

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
