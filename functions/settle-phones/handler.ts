import { settleDue } from "../../events/settle-due.ts";
import { awsQueue } from "../../shared/runtime/aws.ts";
import { scheduleFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { snsNotifier } from "../../shared/runtime/sns.ts";
import { environment } from "./environment.ts";
import { settlePhones } from "./job.ts";
import { operations } from "./operations.ts";

const { variables, ...services } = openServices(environment, {
  module: import.meta.url,
  role: "observe",
  maximumWait_ms: 60_000,
});
const queue = awsQueue(variables.RELEASE_QUEUE_URL, services.clock);
const publisher = snsNotifier(variables.TOPIC_ARN);

/** Settle schedule: the releases of every project. */
export const handler = scheduleFunction({
  event: settleDue,
  job: async (_due, { signal, logger }) =>
    settlePhones({
      ...services,
      estate: await services.estate(),
      queue,
      publisher,
      provider: (project) => services.provider(project, operations, signal),
      report: (project, error) =>
        logger.error("releases could not be settled", { project: project.name, error }),
    }),
});
