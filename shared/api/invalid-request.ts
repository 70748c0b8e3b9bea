/** Input that the documents do not allow, refused before anything was sent. */
export class InvalidRequest extends Error {
  override readonly name = "InvalidRequest";
  readonly operation: string;
  /** Where the parameter is and what it is called, for example `query.limit` or `body.vault.name`. */
  readonly parameter: string;
  /** What the parameter must be, for example `must be at most 1000`. Never the refused value: it may be a secret. */
  readonly limit: string;

  constructor(operation: string, parameter: string, limit: string) {
    super(`${operation}: ${parameter} ${limit}; nothing was sent`);
    this.operation = operation;
    this.parameter = parameter;
    this.limit = limit;
  }
}
