import { settleDue } from "../../events/settle-due.ts";
import { awsQueue } from "../../shared/runtime/aws.ts";
import { scheduleFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { snsNotifier } from "../../shared/runtime/sns.ts";
import { environment } from "./environment.ts";
import { settleInstances } from "./job.ts";
import { operations } from "./operations.ts";

const { variables, ...services } = openServices(environment, {
  module: import.meta.url,
  role: "observe",
  maximumWait_ms: 90_000,
});
const auditQueue = awsQueue(variables.AUDIT_QUEUE_URL, services.clock);
const hostQueue = awsQueue(variables.HOST_QUEUE_URL, services.clock);
const publisher = snsNotifier(variables.TOPIC_ARN);

/** Settle schedule: audit instances and hosts of every project. */
export const handler = scheduleFunction({
  event: settleDue,
  job: async (_due, { signal, logger }) =>
    settleInstances({
      ...services,
      estate: await services.estate(),
      auditQueue,
      hostQueue,
      publisher,
      provider: (project) => services.provider(project, operations, signal),
      report: (project, error) =>
        logger.error("instances could not be settled", { project: project.name, error }),
    }),
});
