import { ListMoved, ListUnreadable } from "../api/list.ts";
import { ProviderError } from "../api/provider-error.ts";
import { BudgetSpent } from "../rate/budget.ts";
import { LookUpFailed } from "./perform.ts";

/** The errors that end a look-up without an answer, as the one error the protocol knows; undefined for any other. */
export function lookUpTrouble(error: unknown): LookUpFailed | undefined {
  if (error instanceof ListMoved || error instanceof ListUnreadable) return new LookUpFailed(error.message);
  if (error instanceof ProviderError || error instanceof BudgetSpent) {
    return new LookUpFailed(error.message, error.retryAfter_ms);
  }
  return undefined;
}
