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
