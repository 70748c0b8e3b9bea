import { once } from "../core/parallel.ts";
import { systemRandom } from "../core/random.ts";
import { snsNotifier } from "../publish/sns.ts";
import { durableNotifier } from "../work/undelivered.ts";
import { awsLedger, awsQueue } from "./aws.ts";
import { type FunctionDefinition, variableOf, variablesOf } from "./definition.ts";
import type { Platform } from "./deps.ts";
import { clockFromEnvironment, readVariables } from "./environment.ts";
import type { Warns } from "./meter.ts";

/** Lambda, or the local engine in its place: a function's variables, real time, the table, and the provider in its role. */
export function lambdaPlatform(definition: FunctionDefinition, logger: Warns): Platform {
  const variable = readVariables(variablesOf(definition), process.env);
  const clock = clockFromEnvironment(process.env);
  const random = systemRandom;
  const ledger = () => awsLedger(variable(variableOf.ledger), clock);
  const notifier = () =>
    durableNotifier({
      ...{ ledger: ledger(), clock, topic: snsNotifier(variable(variableOf.topic)) },
      report: (subject, error) =>
        logger.warn("a notification was not delivered; it is kept and sent again", { subject, error }),
    });
  return {
    ...{ clock, random, ledger, notifier },
    estate: once(async () => (await import("./first-event.ts")).readEstate()),
    provider({ share, ...use }) {
      const connections = once(async () => {
        const { providerOfFunction } = await import("./first-event.ts");
        return providerOfFunction({ ...use, budgetShare: share, clock, random, ledger: ledger(), logger });
      });
      return async (project, operations, signal) => (await connections())(project, operations, signal);
    },
    deployment: () => variable(variableOf.deployment),
    queue: (event) => awsQueue(variable(variableOf.queue(event)), clock),
    publisher() {
      const bucket = variable(variableOf.reports);
      // One function stores documents: the others need not read how.
      const store = once(async () => (await import("../publish/s3.ts")).s3Store(bucket, process.env));
      return {
        ...notifier(),
        store: async (document) => (await store()).store(document),
        placeOf: (name) => `s3://${bucket}/${name}`,
      };
    },
    page: async () => (await import("./first-event.ts")).readPage(),
  };
}
