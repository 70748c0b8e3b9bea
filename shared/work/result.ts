import { ProviderError } from "../api/provider-error.ts";
import { BudgetSpent } from "../rate/budget.ts";
import type { Outcome } from "./work.ts";

/** What a failed call means for the work it was made for; anything that is not the provider's is thrown again. */
export function resultOfError(error: unknown): Exclude<Result<never>, { result: "accepted" }> {
  if (error instanceof BudgetSpent) {
    return { result: "no-effect", reason: error.message, retry_after_ms: error.retryAfter_ms };
  }
  if (!(error instanceof ProviderError)) throw error;
  const reason = error.message;
  switch (error.next) {
    case "ambiguous":
      return { result: "unknown", reason };
    case "retry":
      return { result: "no-effect", reason, retry_after_ms: error.retryAfter_ms };
    case "wait":
      return { result: "busy", reason };
    case "give-up":
      // Credentials are mended by people; until then nothing has happened.
      if (error.status === 401 || error.status === 403) return { result: "no-effect", reason };
      return { result: "refused", outcome: "failed", code: error.code, reason };
  }
}

/** What a call or a look-up ended in. `Value` is the record with whatever the answer adds to it. */
export type Result<Value> =
  /** The provider does it (or has done it); its own id of it. */
  | { readonly result: "accepted"; readonly id: string; readonly value: Value; readonly adopted: boolean }
  /** It had no effect; try the same attempt later. */
  | { readonly result: "no-effect"; readonly reason: string; readonly retry_after_ms?: number | undefined }
  /** Something else is in progress on the same thing. */
  | { readonly result: "busy"; readonly reason: string }
  /** We cannot know. */
  | { readonly result: "unknown"; readonly reason: string }
  /** The provider will not do it, now or later. `value` is the record with what the refusal adds to it. */
  | {
      readonly result: "refused";
      readonly outcome: Outcome;
      readonly code: string;
      readonly reason: string;
      readonly value?: Value;
    };

/** What happened to a message: for the log, the metrics and the tests. */
export interface Performed {
  readonly did: "nothing" | "accepted" | "adopted" | "put-off" | "doubted" | "settled" | "conflict";
  readonly why: string;
}
