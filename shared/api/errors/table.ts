import type { Service } from "../operation.ts";

/**
 * What to do after an error: `retry` (it had no effect, sending it again is safe), `wait` (something else is in
 * progress), `give-up` (the same request will be refused again), `ambiguous` (it may have taken effect in part).
 */
export type NextMove = "retry" | "wait" | "give-up" | "ambiguous";

/** One row of a table: HTTP status, code without its prefix, next move, message, documented handling measure. */
export type Row = readonly [status: number, code: string, next: NextMove, message: string, measure: string];

/** A documented error code. */
export interface DocumentedCode {
  readonly service: Service | "gateway";
  /** The HTTP status that the document gives it; 200 where the service hides errors in successes. */
  readonly status: number;
  /** As it arrives, for example `BackupService.6125`. */
  readonly code: string;
  readonly message: string;
  /** What the document says to do. */
  readonly measure: string;
  readonly next: NextMove;
}

/** Makes a table that is looked up by the whole code. */
export function codeTable(
  service: DocumentedCode["service"],
  prefix: string,
  rows: readonly Row[],
): ReadonlyMap<string, DocumentedCode> {
  return new Map(
    rows.map(([status, number, next, message, measure]) => {
      const code = `${prefix}${number}`;
      return [code, { service, status, code, message, measure, next }];
    }),
  );
}
