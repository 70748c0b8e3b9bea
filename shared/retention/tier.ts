/**
 * One tier at work on one resource: it keeps the newest backup of each of the `limit` most recent buckets (days,
 * weeks, months or years). Backups are offered newest first.
 */
export class Tier {
  readonly #limit: number;
  /** The buckets filled so far, latest first, and the backup that holds each. */
  readonly #buckets: number[] = [];
  readonly #holders: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Forgets everything, for the next resource. */
  clear(): void {
    this.#buckets.length = 0;
    this.#holders.length = 0;
  }

  offer(bucket: number, backup: number): void {
    let place = this.#buckets.length;
    // Only where a zone set its clocks back over midnight can an older backup lie in a later day than a newer one.
    while (place > 0 && (this.#buckets[place - 1] ?? bucket) < bucket) place--;
    if (place === this.#limit || (place > 0 && this.#buckets[place - 1] === bucket)) return;
    this.#buckets.splice(place, 0, bucket);
    this.#holders.splice(place, 0, backup);
    if (this.#buckets.length > this.#limit) {
      this.#buckets.pop();
      this.#holders.pop();
    }
  }

  /** The backups that the tier keeps. */
  get holders(): readonly number[] {
    return this.#holders;
  }
}
