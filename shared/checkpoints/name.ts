import { createHash } from "node:crypto";

/** Which slot: one vault of one project at one scheduled time. */
export interface SlotId {
  /** The project's name in the estate. */
  readonly project: string;
  readonly vault_id: string;
  /** ISO 8601 in UTC, to the second. */
  readonly scheduled_at: string;
}

/** The schedule's own time in the one spelling that keys use. */
export function slotTime(scheduled_at: string): string {
  const at = new Date(scheduled_at);
  if (Number.isNaN(at.getTime())) throw new RangeError(`${JSON.stringify(scheduled_at)} is not a time`);
  return `${at.toISOString().slice(0, 19)}Z`;
}

/**
 * The name an attempt's backups have at the provider: 1 to 64 of letters, digits, `_` and `-` (CBR, CheckpointParam).
 * Derived, so that any function can look for what another one posted.
 */
export function attemptName({ project, vault_id, scheduled_at }: SlotId, attempt: number): string {
  const vault = createHash("sha256").update(`${project}/${vault_id}`).digest("hex").slice(0, 12);
  return `vigil-${slotTime(scheduled_at).replace(/[:-]/g, "")}-${vault}-${attempt}`;
}
