/**
 * One tier at work on one resource: it keeps the newest backup of each of the `limit` most recent buckets (days,
 * weeks, months or years) that have one.
 *
 * A bucket is as recent as the newest backup in it. This matters only where a zone sets its clocks back over
 * midnight: there a newer backup can lie in an earlier day, and it is the newer one that must not be lost.
 */
export class Tier {
  readonly #limit: number;
  readonly #buckets: number[] = [];
  #earliest = Number.POSITIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Forgets everything, for the next resource. */
  clear(): void {
    this.#buckets.length = 0;
    this.#earliest = Number.POSITIVE_INFINITY;
  }

  /** Whether the tier keeps the next backup, which lies in this bucket. Backups are offered newest first. */
  keeps(bucket: number): boolean {
    if (this.#buckets.length >= this.#limit || this.#has(bucket)) return false;
    this.#buckets.push(bucket);
    this.#earliest = Math.min(this.#earliest, bucket);
    return true;
  }

  #has(bucket: number): boolean {
    return bucket >= this.#earliest && this.#buckets.lastIndexOf(bucket) >= 0;
  }
}
