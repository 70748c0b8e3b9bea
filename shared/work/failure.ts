import { ListMoved, ListUnreadable } from "../api/list.ts";
import { isDenied, ProviderError } from "../api/provider-error.ts";
import { BudgetSpent } from "../rate/budget.ts";
import type { Result } from "./result.ts";

/**
 * What kind of failure it was:
 * - `unsent`: our own rate budget is spent, so nothing was sent;
 * - `transient`: the provider failed or throttled the call without an effect;
 * - `busy`: something else is in progress on the same thing;
 * - `ambiguous`: nobody can know whether the call had an effect;
 * - `denied`: the credential is not accepted or may not do this: nothing happens before people have fixed it;
 * - `refused`: the same call will be refused again;
 * - `moved`: a list changed while it was read;
 * - `unreadable`: an item that decides cannot be read.
 */
type FailureKind =
  | "unsent"
  | "transient"
  | "busy"
  | "ambiguous"
  | "denied"
  | "refused"
  | "moved"
  | "unreadable";

/** How a call of the provider, or the reading of a list, failed. */
export interface Failure {
  readonly kind: FailureKind;
  /** The provider's code, or the kind where the provider said nothing. */
  readonly code: string;
  readonly reason: string;
  /** How long the provider, or the rate budget, asks to wait; 0 where neither does. */
  readonly retry_after_ms: number;
}

/**
 * The only place that tells the errors of a call apart. Undefined for any other error: it is not the provider's, but a
 * defect of ours or the failure of another service.
 */
export function findFailure(error: unknown): Failure | undefined {
  if (error instanceof ProviderError) return failure(kindOf(error), error);
  if (error instanceof BudgetSpent) return failure("unsent", error);
  if (error instanceof ListMoved) return failure("moved", error);
  if (error instanceof ListUnreadable) return failure("unreadable", error);
  return undefined;
}

/** The same; throws any other error again. */
export function failureOf(error: unknown): Failure {
  const failure = findFailure(error);
  if (!failure) throw error;
  return failure;
}

function failure(
  kind: FailureKind,
  {
    code = kind,
    message,
    retryAfter_ms = 0,
  }: { code?: string; message: string; retryAfter_ms?: number | undefined },
): Failure {
  return { kind, code, reason: message, retry_after_ms: retryAfter_ms };
}

function kindOf(error: ProviderError): FailureKind {
  switch (error.next) {
    case "ambiguous":
      return "ambiguous";
    case "retry":
      return "transient";
    case "wait":
      return "busy";
    case "give-up":
      return isDenied(error) ? "denied" : "refused";
  }
}

/** Whether the next run will very likely do: nobody need be told unless it lasts. */
export function passes({ kind }: Failure): boolean {
  return kind !== "denied" && kind !== "refused" && kind !== "unreadable";
}

/** What a failed call means for the work it was made for. Throws again what is not the provider's. */
export function resultOfError(error: unknown): Exclude<Result<never>, { result: "accepted" }> {
  const { kind, code, reason, retry_after_ms } = failureOf(error);
  switch (kind) {
    case "unsent":
    case "transient":
    case "denied":
      return { result: "no-effect", reason, retry_after_ms };
    case "busy":
      return { result: "busy", reason };
    case "refused":
      return { result: "refused", outcome: "failed", code, reason };
    // A list that was read on the way says nothing of the call.
    case "moved":
    case "unreadable":
    case "ambiguous":
      return { result: "unknown", reason };
  }
}

/**
 * For what looks at many things in one run: turns a failure into no answer, and keeps the first that people must hear
 * of. What the rate budget or a moving list did not allow is asked by the next run, without a word.
 */
export function collectFailures() {
  let first: unknown;
  return {
    later(error: unknown): undefined {
      const { kind } = failureOf(error);
      if (kind !== "unsent" && kind !== "moved") first ??= error;
    },
    /** Throws it: only when the rest is done, which it must not keep from being done. */
    rethrow(): void {
      if (first !== undefined) throw first;
    },
  };
}
