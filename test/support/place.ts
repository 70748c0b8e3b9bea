import type { Place } from "../../infra/commands/place/place.ts";
import type { Message } from "../../shared/queue/queue.ts";
import type { PruningCloud } from "../prune/cloud.ts";
import { deployedAs } from "./deployed.ts";

const nothing = {
  stackName: "vigil-test",
  queues: [],
  topics: [],
  schedules: [],
  mappings: [],
  functions: [],
};

/** The place of the operator's commands: the ledger and the queues of a test. Messages of other queues go to `others`. */
export function placeOf(
  { clock, estate, ledger, messages }: PruningCloud,
  others: (given: readonly Message[]) => void = () => undefined,
): Place {
  return {
    ...{ name: "the test", stack: "vigil-test", clock, estate, ledger },
    deployed: deployedAs(nothing),
    queue: async (name) => ({
      send: async (given) => (name === "prune" ? void messages.push(...given) : others(given)),
    }),
    readSecret: async () => "",
    close: () => undefined,
  };
}
