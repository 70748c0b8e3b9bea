import type { PlannableBackup } from "./backup.ts";
import type { Calendar } from "./calendar.ts";
import type { RetentionPolicy } from "./policy.ts";
import { ALL_RULES, daysText, FIRST_TIER, noLimit, whyKept, whyNotKept } from "./rules.ts";

export type Reasons = readonly string[];

export const NO_RULE: Reasons = because(`kept: no retention rule is in force (${noLimit})`);
export const FUTURE: Reasons = because("kept: created after now, so it counts for no rule yet");

/**
 * Says why, in words. A million decisions share a few thousand sentences: two good backups of the same local day
 * that the same rules keep get the same frozen array.
 */
export class GoodReasons {
  /** Why a good backup expires that no rule keeps. */
  readonly expired: Reasons;
  readonly #policy: RetentionPolicy;
  readonly #calendar: Calendar;
  readonly #known = new Map<number, Reasons>();

  constructor(policy: RetentionPolicy, calendar: Calendar) {
    this.#policy = policy;
    this.#calendar = calendar;
    this.expired = because(whyNoRuleKeepsIt(policy));
  }

  /** Why a good backup is kept, given the bits of the rules that keep it. */
  kept(bits: number, time_ms: number): Reasons {
    const day = () => this.#calendar.dayAt(time_ms);
    const key = (bits < FIRST_TIER ? 0 : day().number) * ALL_RULES + bits;
    const known = this.#known.get(key);
    if (known) return known;
    const reasons = because(...whyKept(this.#policy, bits, day));
    this.#known.set(key, reasons);
    return reasons;
  }
}

function whyNoRuleKeepsIt(policy: RetentionPolicy): string {
  const parts = whyNotKept(policy);
  const last = parts.slice(-1);
  return [parts.slice(0, -1).join(", "), ...last].filter((part) => part !== "").join(" and ");
}

/** Why a failed or partial backup is kept or expires. */
export class FailedReasons {
  readonly #sentences: Readonly<Record<"failed" | "partial", Readonly<Record<"keep" | "expire", Reasons>>>>;

  constructor({ failed_retention_days }: RetentionPolicy) {
    const limit = daysText(failed_retention_days);
    const both = (what: string) => ({
      keep: because(`${what}: kept until it is ${limit} old`),
      expire: because(`${what} and older than ${limit}`),
    });
    this.#sentences = { failed: both("failed"), partial: both("partial (a child backup is not available)") };
  }

  of(kind: "failed" | "partial", action: "keep" | "expire"): Reasons {
    return this.#sentences[kind][action];
  }
}

/** Why a backup is kept whose status is neither good nor failed. */
export class StatusReasons {
  readonly #known = new Map<string, Reasons>();

  of({ status }: PlannableBackup): Reasons {
    const name = status ?? "available";
    const reasons =
      this.#known.get(name) ?? because(`kept: its status is ${name}, neither available nor error`);
    this.#known.set(name, reasons);
    return reasons;
  }
}

function because(...sentences: readonly string[]): Reasons {
  return Object.freeze(sentences);
}
