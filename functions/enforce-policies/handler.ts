import { policiesDue } from "../../events/policies-due.ts";
import { readEnvironment } from "../../shared/runtime/environment.ts";
import { scheduleFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { snsNotifier } from "../../shared/runtime/sns.ts";
import { leaseTerms } from "../../shared/work/lease.ts";
import { environment } from "./environment.ts";
import { enforcePolicies } from "./job.ts";
import { operations } from "./operations.ts";

const { TABLE_NAME, TOPIC_ARN } = readEnvironment(environment, process.env);
const services = openServices({
  variables: process.env,
  folder: new URL(".", import.meta.url),
  table: TABLE_NAME,
  role: "instances",
  maximumWait_ms: 120_000,
});
const publisher = snsNotifier(TOPIC_ARN);

/** Policy schedule: the policies of every project. */
export const handler = scheduleFunction({
  event: policiesDue,
  job: (_due, { id, signal, logger }) =>
    enforcePolicies({
      ...services,
      publisher,
      invocation: id,
      lease: leaseTerms,
      provider: (project) => services.provider(project, operations, signal),
      report: (project, error) =>
        logger.error("policies could not be enforced", { project: project.name, error }),
    }),
});
