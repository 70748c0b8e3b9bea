import { createHash } from "node:crypto";

/** Which slot: one vault of one project at one scheduled time. */
export interface SlotId {
  /** The project's name in the estate. */
  readonly project: string;
  readonly vault_id: string;
  /** ISO 8601 in UTC, to the second. */
  readonly scheduled_at: string;
}

/** A slot, and which deployment of this product has planned it: two of them may look after one project. */
interface AttemptOf extends SlotId {
  /** Unlike any other deployment's, and the same after a new ledger: name, account and region. */
  readonly deployment: string;
}

/** The schedule's own time in the one spelling that keys use. */
export function slotTime(scheduled_at: string): string {
  const at = new Date(scheduled_at);
  if (Number.isNaN(at.getTime())) throw new RangeError(`${JSON.stringify(scheduled_at)} is not a time`);
  return `${at.toISOString().slice(0, 19)}Z`;
}

/**
 * The name an attempt's backups have at the provider: 1 to 64 of letters, digits, `_` and `-` (CBR, CheckpointParam).
 * Derived, so that any function of the deployment can look for what another one posted, and none of another deployment
 * takes it for its own.
 */
export function attemptName(
  { deployment, project, vault_id, scheduled_at }: AttemptOf,
  attempt: number,
): string {
  const vault = JSON.stringify([deployment, project, vault_id]);
  const mark = createHash("sha256").update(vault).digest("hex").slice(0, 12);
  return `vigil-${slotTime(scheduled_at).replace(/[:-]/g, "")}-${mark}-${attempt}`;
}

/** Which slot a name says that it is of: its time, and a mark of the vault it was made in. Undefined when it is no such name. */
export function slotInName(
  name: string | null | undefined,
): { readonly scheduled_at: string; readonly mark: string } | undefined {
  const parts = /^vigil-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([0-9a-f]{12})-\d+$/.exec(name ?? "");
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second, mark = ""] = parts;
  return { scheduled_at: `${year}-${month}-${day}T${hour}:${minute}:${second}Z`, mark };
}
