import { pruneDue } from "../../events/prune-due.ts";
import { awsQueue } from "../../shared/runtime/aws.ts";
import { readEnvironment } from "../../shared/runtime/environment.ts";
import { scheduleFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { environment } from "./environment.ts";
import { planPrune } from "./job.ts";
import { operations } from "./operations.ts";

const { TABLE_NAME, PRUNE_QUEUE_URL } = readEnvironment(environment, process.env);
const services = openServices({
  variables: process.env,
  folder: new URL(".", import.meta.url),
  table: TABLE_NAME,
  role: "observe",
  maximumWait_ms: 120_000,
});
const queue = awsQueue(PRUNE_QUEUE_URL, services.clock);

/** Prune schedule: the vaults of one project are due. */
export const handler = scheduleFunction({
  event: pruneDue,
  job: (due, { signal }) =>
    planPrune(due, {
      ...services,
      queue,
      provider: (project) => services.provider(project, operations, signal),
    }),
});
