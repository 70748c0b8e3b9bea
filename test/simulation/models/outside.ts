import type { Container } from "./container.ts";
import type { VirtualTime } from "./time.ts";

/** How long a request and its answer are on their way. */
export interface Journey {
  readonly there_ms: number;
  readonly back_ms: number;
}

/**
 * What a container asks of something outside itself. The effect happens whether or not the container lives to hear of
 * it; a dead container's promise is never settled, so its code never goes on.
 */
export function ask<Answer>(
  time: VirtualTime,
  container: Container,
  { there_ms, back_ms }: Journey,
  effect: () => Promise<Answer>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (!container.leaves()) return;
    const back = (happen: () => void) => {
      if (back_ms === 0) container.arrives(happen);
      else time.after(back_ms, () => container.arrives(happen));
    };
    time.after(there_ms, () => {
      effect().then(
        (answer) => back(() => resolve(answer)),
        (error: unknown) => back(() => reject(error)),
      );
    });
  });
}
