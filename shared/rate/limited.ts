import type { Budget } from "../api/connection.ts";
import { type BudgetOptions, ledgerBudget } from "./budget.ts";
import type { Rate } from "./window.ts";

/** A part of the project's budget that some work may use at most, so that other work always finds the rest. */
export interface BudgetShare {
  /** Whose part it is: all functions of the same name share one. */
  readonly name: string;
  /** Above 0, at most 1. */
  readonly share: number;
}

/** The shared budget, behind a smaller one of its own: a call must be booked in both before it is sent. */
export function limitedBudget(options: BudgetOptions, { name, share }: BudgetShare): Budget {
  const part = ({ calls, per_seconds }: Rate): Rate => ({
    calls: Math.max(1, Math.floor(calls * share)),
    per_seconds,
  });
  const { cbr, iam, dbss, hss, koophone } = options.rates;
  const addresses = Object.fromEntries(
    Object.entries(options.addresses ?? {}).map(([service, address]) => [service, `${address}/${name}`]),
  );
  const own = ledgerBudget({
    ...options,
    project: `${options.project}/${name}`,
    addresses,
    rates: { cbr: part(cbr), iam: part(iam), dbss: part(dbss), hss: part(hss), koophone: part(koophone) },
  });
  const shared = ledgerBudget(options);
  return {
    async take(operation) {
      await own.take(operation);
      await shared.take(operation);
    },
    slowDown: (retryAfter_ms, operation) => shared.slowDown(retryAfter_ms, operation),
  };
}
