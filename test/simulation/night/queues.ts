import type { InvariantChecker, Violation } from "./kind.ts";
import type { Stage } from "./stage.ts";

/** Every message ends processed or in a dead-letter queue. */
export function watchQueues(stage: Stage): InvariantChecker {
  const check = (settled: boolean): Violation[] =>
    [...stage.queues].flatMap(([name, { counts, length, deadLetters }]) => {
      const { sent, removed } = counts;
      const violations: Violation[] = [];
      const wrong = (what: string) => violations.push({ rule: "messages", about: [name], what });
      if (sent !== removed + length + deadLetters.length) {
        wrong(`of ${sent} messages ${removed} were done, ${length} wait, ${deadLetters.length} are dead`);
      }
      if (settled && length > 0) wrong(`${length} messages still wait after a calm day`);
      return violations;
    });
  return { daily: async () => check(false), final: async () => check(true) };
}
