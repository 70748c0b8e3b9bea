/** Why a notification is not taken. */
export type RefusalReason =
  | "method"
  | "size"
  | "shape"
  | "topic"
  | "host"
  | "certificate"
  | "signature"
  | "time"
  | "replay";

const statuses: Readonly<Record<RefusalReason, number>> = {
  method: 405,
  size: 413,
  shape: 400,
  topic: 403,
  host: 403,
  certificate: 403,
  signature: 403,
  time: 403,
  replay: 409,
};

/** A notification that changes nothing. The sender gets the status, and not a word more than the reason. */
export class NotificationRefused extends Error {
  override readonly name = "NotificationRefused";
  readonly reason: RefusalReason;
  readonly status: number;

  constructor(reason: RefusalReason, detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
    this.status = statuses[reason];
  }
}
