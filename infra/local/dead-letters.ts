import type { QueueDepth } from "./aws/gateway.ts";
import type { Emit } from "./functions/events.ts";

/** Real time between two looks, in milliseconds. */
const LOOK_MS = 100;

/**
 * Notices messages that the embedded server has moved to a dead-letter queue: it does so silently, when a message would
 * be received once too often. Looks only for a while after something failed.
 */
export class DeadLetterWatch {
  readonly #queues: readonly string[];
  readonly #depths: () => Promise<Map<string, QueueDepth>>;
  readonly #emit: Emit;
  readonly #seen = new Map<string, number>();
  #until_ms = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(queues: readonly string[], depths: () => Promise<Map<string, QueueDepth>>, emit: Emit) {
    this.#queues = queues;
    this.#depths = depths;
    this.#emit = emit;
  }

  /** Something failed: look for the next `span_ms` of real time. */
  expect(span_ms: number): void {
    this.#until_ms = Math.max(this.#until_ms, performance.now() + span_ms);
    this.#timer ??= setInterval(() => {
      this.look().catch((error: unknown) => this.#emit({ type: "engine-problem", message: String(error) }));
      if (performance.now() > this.#until_ms) this.stop();
    }, LOOK_MS);
  }

  /** Compares the queues with what was last seen. */
  async look(): Promise<void> {
    const depths = await this.#depths();
    for (const queue of this.#queues) {
      const depth = depths.get(queue);
      const messages = depth ? depth.waiting + depth.delayed + depth.in_flight : 0;
      const before = this.#seen.get(queue) ?? 0;
      this.#seen.set(queue, messages);
      if (messages > before) this.#emit({ type: "dead-lettered", queue, count: messages - before });
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
