import { describe, expect, test } from "vitest";
import { ListMoved, ListUnreadable } from "../../shared/api/list.ts";
import { ProviderError, type ProviderErrorFields } from "../../shared/api/provider-error.ts";
import { BudgetSpent } from "../../shared/rate/budget.ts";
import { collectFailures, failureOf, findFailure, passes, resultOfError } from "../../shared/work/failure.ts";

const refusal = (change: Partial<ProviderErrorFields>) =>
  new ProviderError("showVault: said so", {
    ...{ operation: "showVault", service: "cbr", status: 400, code: "HTTP.400", next: "give-up" },
    ...{ measure: undefined, requestId: undefined, retryAfter_ms: undefined, throttled: false },
    ...change,
  });
const moved = new ListMoved({ operation: "listTasks", expected: 2, found: 1, reason: "the count changed" });
const unreadable = new ListUnreadable({ operation: "listTasks", id: "t1", problem: "no status", raw: {} });
const throttled = refusal({ status: 429, next: "retry", throttled: true, retryAfter_ms: 90_000 });

describe("a failed call is told apart once, for all who must decide what it means", () => {
  test.each([
    ["the rate budget is spent", new BudgetSpent("cbr", 30_000), "unsent", true, "no-effect"],
    ["it was throttled", throttled, "transient", true, "no-effect"],
    ["something else is in progress", refusal({ next: "wait" }), "busy", true, "busy"],
    ["its answer was lost", refusal({ status: 504, next: "ambiguous" }), "ambiguous", true, "unknown"],
    ["the credential is not accepted", refusal({ status: 401 }), "denied", false, "no-effect"],
    ["the credential may not do it", refusal({ status: 403 }), "denied", false, "no-effect"],
    ["it will be refused again", refusal({ status: 404 }), "refused", false, "refused"],
    ["a list moved", moved, "moved", true, "unknown"],
    ["a list cannot be read", unreadable, "unreadable", false, "unknown"],
  ])("%s", (_, error, kind, passing, result) => {
    const failure = failureOf(error);
    expect(failure).toMatchObject({ kind, reason: error.message });
    expect(passes(failure)).toBe(passing);
    expect(resultOfError(error).result).toBe(result);
  });

  test("how long to wait comes from the provider or from the rate budget", () => {
    expect(resultOfError(throttled)).toMatchObject({ retry_after_ms: 90_000 });
    expect(resultOfError(new BudgetSpent("cbr", 30_000))).toMatchObject({ retry_after_ms: 30_000 });
    expect(failureOf(refusal({})).retry_after_ms).toBe(0);
  });

  test("a refusal keeps the provider's code", () => {
    expect(resultOfError(refusal({ code: "BackupService.6204" }))).toMatchObject({
      code: "BackupService.6204",
    });
  });

  test("what is not the provider's is thrown again", () => {
    const defect = new TypeError("x is undefined");
    expect(findFailure(defect)).toBeUndefined();
    expect(() => resultOfError(defect)).toThrow(defect);
    expect(() => collectFailures().later(defect)).toThrow(defect);
  });
});

describe("looking at many things in one run", () => {
  test("the first failure that people must hear of ends the run, after the rest", () => {
    const { later, rethrow } = collectFailures();
    const first = refusal({ status: 403 });
    for (const error of [moved, first, throttled]) expect(later(error)).toBeUndefined();
    expect(rethrow).toThrow(first);
  });

  test("what the rate budget or a moving list did not allow is asked by the next run", () => {
    const { later, rethrow } = collectFailures();
    for (const error of [moved, new BudgetSpent("cbr", 30_000)]) later(error);
    expect(rethrow).not.toThrow();
  });
});
