import type { Service } from "./operation.ts";
import type { NextMove } from "./provider-error.ts";

/** What the documents say about an error code. */
export interface DocumentedCode {
  readonly measure: string;
  readonly next: NextMove;
}

/** Finds a code in the error tables. They are not written yet: nothing is documented, and the status decides. */
export function documentedCode(_service: Service, _code: string): DocumentedCode | undefined {
  return undefined;
}
