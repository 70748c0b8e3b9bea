import { policiesDue } from "../../events/policies-due.ts";
import { scheduleFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { snsNotifier } from "../../shared/runtime/sns.ts";
import { leaseTerms } from "../../shared/work/lease.ts";
import { environment } from "./environment.ts";
import { enforcePolicies } from "./job.ts";
import { operations } from "./operations.ts";

const { variables, ...services } = openServices(environment, {
  module: import.meta.url,
  role: "instances",
  maximumWait_ms: 120_000,
});
const publisher = snsNotifier(variables.TOPIC_ARN);

/** Policy schedule: the policies of every project. */
export const handler = scheduleFunction({
  event: policiesDue,
  job: async (_due, { id, signal, logger }) =>
    enforcePolicies({
      ...services,
      estate: await services.estate(),
      publisher,
      invocation: id,
      lease: leaseTerms,
      provider: (project) => services.provider(project, operations, signal),
      report: (project, error) =>
        logger.error("policies could not be enforced", { project: project.name, error }),
    }),
});
