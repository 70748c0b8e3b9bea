import { type Calendar, type CalendarDay, DAY_MS, tiers } from "./calendar.ts";
import type { Columns } from "./columns.ts";
import { hasTiers, type LimitName, type RetentionPolicy } from "./policy.ts";

/** A rule that looks at one good backup by itself and its place among those of its resource. */
interface Limit {
  /** The number in the policy. */
  readonly count: (policy: RetentionPolicy) => number;
  /** Whether it keeps a backup that has `rank` newer ones and this age. */
  readonly keeps: (count: number, rank: number, age_ms: number) => boolean;
  readonly whyKept: (count: number) => string;
  readonly whyNot: (count: number) => string;
}

/** The rules beside the tiers of the calendar. A field of the policy that is neither does not compile here. */
const limitOf: Readonly<Record<LimitName, Limit>> = {
  max_backups: {
    count: ({ max_backups }) => max_backups,
    keeps: (count, rank) => rank < count,
    whyKept: (count) => (count === 1 ? "the newest" : `among the newest ${count}`),
    whyNot: (count) => (count === 1 ? "not the newest" : `not among the newest ${count}`),
  },
  retention_duration_days: {
    count: ({ retention_duration_days }) => retention_duration_days,
    keeps: (count, _, age_ms) => age_ms < count * DAY_MS,
    whyKept: (count) => `younger than ${daysText(count)}`,
    whyNot: (count) => `older than ${daysText(count)}`,
  },
};
const limits = Object.values(limitOf);

/** The rules without which everything is kept, as a sentence says that none of them is in force. */
export const noLimit = `neither ${Object.keys(limitOf).join(" nor ")}`;

/** A number of days in words. */
export function daysText(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}

/** Whether a policy keeps every backup for ever, whatever its tiers say: the provider's rule. */
export function keepsEverything(policy: RetentionPolicy): boolean {
  return limits.every(({ count }) => count(policy) === -1);
}

/** How many rules can mark a backup: one bit of a byte each. */
const mostRules = 8;

/** The bit of each rule, in their order. Throws when there are more than a mark has bits: the last would keep nothing. */
export function bitsOf(count: number): readonly number[] {
  if (count > mostRules)
    throw new Error(`there are ${count} retention rules, and a mark holds ${mostRules}: widen Rules.kept`);
  return Array.from({ length: count }, (_, place) => 1 << place);
}

/** The limits first, then the tiers. */
const bits = bitsOf(limits.length + tiers.length);
/** A set of rules that has a tier in it is not smaller. */
export const FIRST_TIER = 1 << limits.length;
/** Every set of rules is smaller. */
export const ALL_RULES = 1 << bits.length;

/** Why the rules of `kept`, a set of bits, keep a backup of this local day. */
export function whyKept(policy: RetentionPolicy, kept: number, day: () => CalendarDay): string[] {
  return [
    ...limits.map(
      ({ count, whyKept: why }) =>
        () =>
          why(count(policy)),
    ),
    ...tiers.map(
      ({ word, name }) =>
        () =>
          `newest of ${word} ${name(day().number)}`,
    ),
  ].flatMap((why, place) => (kept & (bits[place] ?? 0) ? [why()] : []));
}

/** Why no rule of the policy keeps a good backup that none of them keeps. */
export function whyNotKept(policy: RetentionPolicy): string[] {
  const inForce = limits.filter(({ count }) => count(policy) > 0);
  const reasons = inForce.map(({ count, whyNot }) => whyNot(count(policy)));
  return hasTiers(policy) ? [...reasons, "in no tier"] : reasons;
}

/** A policy's rules at work: they mark what they keep, one resource after the other. */
export class Rules {
  /** For each backup, by its place in the input, the bits of the rules that keep it. */
  readonly kept: Uint8Array;
  readonly #columns: Columns;
  readonly #calendar: Calendar;
  readonly #now_ms: number;
  readonly #limits: readonly {
    readonly keeps: Limit["keeps"];
    readonly count: number;
    readonly bit: number;
  }[];
  /** In the order of the calendar's; empty when none is in force. */
  readonly #tiers: readonly Tier[];

  constructor(policy: RetentionPolicy, calendar: Calendar, columns: Columns, now_ms: number) {
    this.kept = new Uint8Array(columns.time_ms.length);
    this.#columns = columns;
    this.#calendar = calendar;
    this.#now_ms = now_ms;
    this.#limits = limits.flatMap(({ count, keeps }, place) =>
      count(policy) > 0 ? [{ keeps, count: count(policy), bit: bits[place] ?? 0 }] : [],
    );
    this.#tiers = hasTiers(policy) ? tiers.map(({ field }) => new Tier(policy[field])) : [];
  }

  /** Marks what is kept among the good backups of one resource, given newest first. */
  apply(newestFirst: readonly number[]): void {
    for (const tier of this.#tiers) tier.clear();
    let rank = 0;
    for (const index of newestFirst) {
      const time_ms = this.#columns.time_ms[index] ?? Number.NaN;
      const age_ms = this.#now_ms - time_ms;
      for (const { keeps, count, bit } of this.#limits)
        if (keeps(count, rank, age_ms)) this.#mark(index, bit);
      if (this.#tiers.length > 0) this.#applyTiers(index, time_ms);
      rank++;
    }
  }

  #applyTiers(index: number, time_ms: number): void {
    const { buckets } = this.#calendar.dayAt(time_ms);
    for (let place = 0; place < buckets.length; place++) {
      if (this.#tiers[place]?.keeps(buckets[place] ?? 0)) this.#mark(index, FIRST_TIER << place);
    }
  }

  #mark(index: number, bit: number): void {
    this.kept[index] = (this.kept[index] ?? 0) | bit;
  }
}

/**
 * One tier at work on one resource: it keeps the newest backup of each of the `limit` most recent buckets (days,
 * weeks, months or years) that have one.
 *
 * A bucket is as recent as the newest backup in it. This matters only where a zone sets its clocks back over
 * midnight: there a newer backup can lie in an earlier day, and it is the newer one that must not be lost.
 */
export class Tier {
  readonly #limit: number;
  #buckets: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Forgets everything, for the next resource. */
  clear(): void {
    this.#buckets = [];
  }

  /** Whether the tier keeps the next backup, which lies in this bucket. Backups are offered newest first. */
  keeps(bucket: number): boolean {
    // From the end, because the bucket that was met last is the one most often met again.
    if (this.#buckets.length >= this.#limit || this.#buckets.lastIndexOf(bucket) >= 0) return false;
    this.#buckets.push(bucket);
    return true;
  }
}
