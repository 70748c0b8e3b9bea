/**
 * The world says no. The code is the provider's own; its HTTP status and message are in the error tables, and the
 * detail says which thing was meant.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: string;
  readonly detail: string | undefined;

  constructor(code: string, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}

/** A refusal by CBR's number: `6105` is `BackupService.6105`. */
export function cbr(number: string, detail?: string): Refusal {
  return new Refusal(`BackupService.${number}`, detail);
}
