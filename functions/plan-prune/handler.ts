import { pruneDue } from "../../events/prune-due.ts";
import { awsQueue } from "../../shared/runtime/aws.ts";
import { scheduleFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { environment } from "./environment.ts";
import { planPrune } from "./job.ts";
import { operations } from "./operations.ts";

const { variables, ...services } = openServices(environment, {
  module: import.meta.url,
  role: "observe",
  maximumWait_ms: 120_000,
});
const queue = awsQueue(variables.PRUNE_QUEUE_URL, services.clock);

/** Prune schedule: the vaults of one project are due. */
export const handler = scheduleFunction({
  event: pruneDue,
  job: async (due, { signal }) =>
    planPrune(due, {
      ...services,
      estate: await services.estate(),
      queue,
      provider: (project) => services.provider(project, operations, signal),
    }),
});
