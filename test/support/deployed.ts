import type { Expected } from "../../infra/commands/operate/expected.ts";
import type { Deployed } from "../../infra/commands/place/deployed.ts";

const arnOf = (queue: string) => `arn:aws:sqs:eu-central-1:123456789012:${queue}`;

/** A deployment in which everything is as it should be, but for what a test has changed in it. */
export function deployedAs(expected: Expected, changed: Partial<Deployed> = {}): Deployed {
  return {
    async queue(wanted) {
      const found = expected.queues.find(({ name }) => name === wanted);
      return found && { arn: arnOf(wanted), waiting: 0 };
    },
    async schedule(wanted) {
      const found = expected.schedules.find(({ name }) => name === wanted);
      return found && { ...found, state: "ENABLED" };
    },
    mappings: async (functionName) =>
      expected.mappings
        .filter((mapping) => mapping.functionName === functionName)
        .map(({ queueName }) => ({ queueArn: arnOf(queueName), state: "Enabled" })),
    reserved: async (wanted) => expected.functions.find(({ name }) => name === wanted)?.reserved,
    unreserved: async () => 1000,
    subscriptions: async () => [{ endpoint: "night@example.org", confirmed: true }],
    ...changed,
  };
}
