import { TimestampReader } from "./timestamp.ts";

/** Input that retention refuses to decide on. Nothing may be deleted in a run that met one. */
export class RetentionRefusal extends Error {
  override readonly name = "RetentionRefusal";
  /** The field that is wrong, as the provider names it. */
  readonly field: string;
  /** The backup it belongs to, where it is a backup's field and the backup has an id. */
  readonly backup_id: string | undefined;

  constructor(field: string, why: string, backup_id?: string) {
    super(why);
    this.field = field;
    this.backup_id = backup_id;
  }
}

/** A moment: a timestamp (UTC where it names no zone), epoch milliseconds, or a Date. */
export type Instant = string | number | Date;

/** The moment in epoch milliseconds. Throws RetentionRefusal naming `now`. */
export function readNow(now: Instant): number {
  const time_ms = typeof now === "string" ? fromText(now) : Math.floor(Number(now));
  if (Number.isFinite(time_ms)) return time_ms;
  throw new RetentionRefusal("now", `now must be a time such as 2026-11-20T08:00:00Z, not ${String(now)}`);
}

function fromText(text: string): number {
  const reader = new TimestampReader();
  return reader.read(text) ? reader.time_ms : Number.NaN;
}
