/** A limited number of places; who comes when all are taken waits in line. */
export class Semaphore {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  readonly #watching = new Set<() => void>();
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves, once there is a place, with the function that gives it back. */
  async enter(): Promise<() => void> {
    if (this.#taken >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      // The place goes straight to whoever waits longest.
      if (next) return next();
      this.#taken -= 1;
      if (this.#taken === 0) for (const tell of this.#watching) tell();
    };
  }

  /** Resolves when all places are free, or when `limit_ms` of real time have passed. */
  async empty(limit_ms: number): Promise<void> {
    if (this.#taken === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limit_ms);
      this.#watching.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
