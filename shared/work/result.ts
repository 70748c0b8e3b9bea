import { ProviderError } from "../api/provider-error.ts";
import { BudgetSpent } from "../rate/budget.ts";
import type { Result } from "./performed.ts";

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
