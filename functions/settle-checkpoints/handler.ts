import { settleDue } from "../../events/settle-due.ts";
import { awsQueue } from "../../shared/runtime/aws.ts";
import { scheduleFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { snsNotifier } from "../../shared/runtime/sns.ts";
import { environment } from "./environment.ts";
import { settleCheckpoints } from "./job.ts";
import { measure } from "./measure.ts";
import { operations } from "./operations.ts";

const { variables, ...services } = openServices(environment, {
  module: import.meta.url,
  role: "observe",
  maximumWait_ms: 60_000,
});
const queue = awsQueue(variables.CHECKPOINT_QUEUE_URL, services.clock);
const publisher = snsNotifier(variables.TOPIC_ARN);

/** Settle schedule: every project, each on its own. */
export const handler = scheduleFunction({
  event: settleDue,
  measure,
  job: async (_due, { signal, logger }) =>
    settleCheckpoints({
      ...services,
      estate: await services.estate(),
      queue,
      publisher,
      deployment: variables.DEPLOYMENT,
      provider: (project) => services.provider(project, operations, signal),
      report: (project, error) =>
        logger.error("a project could not be settled", { project: project.name, error }),
    }),
});
