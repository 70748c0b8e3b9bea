import { type Calendar, DAY_MS } from "./calendar.ts";
import type { Columns } from "./columns.ts";
import { hasTiers, type RetentionPolicy, TIERS } from "./policy.ts";

/** The rules that can keep a good backup. */
export const RULES = ["max_backups", "retention_duration_days", ...TIERS] as const;
export type RuleName = (typeof RULES)[number];

/** Rules as a set of bits: which of them keep one backup. */
export function bitOf(rule: RuleName): number {
  return 1 << RULES.indexOf(rule);
}
const AMONG_NEWEST = bitOf("max_backups");
export const FIRST_TIER = bitOf("day_backups");
const YOUNG = bitOf("retention_duration_days");

/** Whether `time_ms` is less than `days` × 24 hours before `now_ms`. */
export function isYounger(time_ms: number, days: number, now_ms: number): boolean {
  return now_ms - time_ms < days * DAY_MS;
}

/** A policy's rules at work: they mark what they keep, one resource after the other. */
export class Rules {
  /** For each backup, by its place in the input, the bits of the rules that keep it. */
  readonly kept: Uint8Array;
  readonly #columns: Columns;
  readonly #policy: RetentionPolicy;
  readonly #calendar: Calendar;
  readonly #now_ms: number;
  /** In the order of TIERS; empty when none is in force. */
  readonly #tiers: readonly Tier[];

  constructor(policy: RetentionPolicy, calendar: Calendar, columns: Columns, now_ms: number) {
    this.kept = new Uint8Array(columns.time_ms.length);
    this.#columns = columns;
    this.#policy = policy;
    this.#calendar = calendar;
    this.#now_ms = now_ms;
    this.#tiers = hasTiers(policy) ? TIERS.map((name) => new Tier(policy[name])) : [];
  }

  /** Marks what is kept among the good backups of one resource, given newest first. */
  apply(newestFirst: readonly number[]): void {
    for (const tier of this.#tiers) tier.clear();
    let rank = 0;
    for (const index of newestFirst) {
      const time_ms = this.#columns.time_ms[index] ?? Number.NaN;
      if (rank++ < this.#policy.max_backups) this.#mark(index, AMONG_NEWEST);
      if (isYounger(time_ms, this.#policy.retention_duration_days, this.#now_ms)) this.#mark(index, YOUNG);
      if (this.#tiers.length > 0) this.#applyTiers(index, time_ms);
    }
  }

  #applyTiers(index: number, time_ms: number): void {
    const day = this.#calendar.dayAt(time_ms);
    for (let place = 0; place < day.length; place++) {
      if (this.#tiers[place]?.keeps(day[place] ?? 0)) this.#mark(index, FIRST_TIER << place);
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
