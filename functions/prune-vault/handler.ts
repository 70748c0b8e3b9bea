import { pruneVaultDue } from "../../events/prune-vault-due.ts";
import { projectOf } from "../../shared/estate/find.ts";
import { pruneBudget } from "../../shared/prune/budget-share.ts";
import { awsQueue } from "../../shared/runtime/aws.ts";
import { queueFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { snsNotifier } from "../../shared/runtime/sns.ts";
import { environment } from "./environment.ts";
import { pruneVault } from "./job.ts";
import { measure } from "./measure.ts";
import { operations } from "./operations.ts";

const { variables, ...services } = openServices(environment, {
  module: import.meta.url,
  role: "prune",
  maximumWait_ms: 10_000,
  budgetShare: pruneBudget,
});
const queue = awsQueue(variables.PRUNE_QUEUE_URL, services.clock);
const publisher = snsNotifier(variables.TOPIC_ARN);

/** Prune queue: one slice of one vault per message. */
export const handler = queueFunction({
  event: pruneVaultDue,
  measure,
  job: async (due, { id, signal }) =>
    pruneVault(due, {
      ...services,
      estate: await services.estate(),
      ...{ queue, publisher, signal, invocation: id },
      provider: await services.provider(projectOf(await services.estate(), due.project), operations, signal),
    }),
});
