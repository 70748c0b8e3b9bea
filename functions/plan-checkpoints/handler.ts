import { nightDue } from "../../events/night-due.ts";
import { awsQueue } from "../../shared/runtime/aws.ts";
import { scheduleFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { environment } from "./environment.ts";
import { planCheckpoints } from "./job.ts";
import { measure } from "./measure.ts";
import { operations } from "./operations.ts";

const { variables, ...services } = openServices(environment, {
  module: import.meta.url,
  role: "observe",
  maximumWait_ms: 120_000,
});
const queue = awsQueue(variables.CHECKPOINT_QUEUE_URL, services.clock);

/** Night schedule: one rule of one project is due. */
export const handler = scheduleFunction({
  event: nightDue,
  measure,
  job: async (due, { signal }) =>
    planCheckpoints(due, {
      ...services,
      estate: await services.estate(),
      queue,
      deployment: variables.DEPLOYMENT,
      provider: (project) => services.provider(project, operations, signal),
    }),
});
