import type { Rate } from "../rate/window.ts";

/** Whether a night can be posted before its deadline, at the rate that the provider allows. */
interface Forecast {
  /** When the last checkpoint can be posted at the earliest. */
  readonly posted_at_ms: number;
  readonly fits: boolean;
  /** What to change when it does not fit; empty when it does. */
  readonly advice: string;
}

/** Part of the budget that settling and look-ups need. */
const shareForPosts = 0.8;

/** Time that tasks need after the last post; the provider promises none. */
const tasks_ms = 30 * 60_000;

/** Pure: one post per vault, in periods of the rate. */
export function forecast(
  { vaults, rate }: { readonly vaults: number; readonly rate: Rate },
  { now_ms, deadline_at_ms }: { readonly now_ms: number; readonly deadline_at_ms: number },
): Forecast {
  const perPeriod = Math.max(1, Math.floor(rate.calls * shareForPosts));
  const posted_at_ms = now_ms + Math.max(0, Math.ceil(vaults / perPeriod) - 1) * rate.per_seconds * 1000;
  if (posted_at_ms + tasks_ms <= deadline_at_ms) return { posted_at_ms, fits: true, advice: "" };
  const minutes = Math.ceil((posted_at_ms + tasks_ms - now_ms) / 60_000);
  return {
    posted_at_ms,
    fits: false,
    advice:
      `${vaults} vaults at ${rate.calls} calls in ${rate.per_seconds} s need about ${minutes} minutes. ` +
      "Raise rates.cbr if the provider allows more, move some vaults to a rule with another time, or raise deadline_minutes.",
  };
}
