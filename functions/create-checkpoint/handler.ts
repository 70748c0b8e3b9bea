import { checkpointDue } from "../../events/checkpoint-due.ts";
import { projectOf } from "../../shared/estate/find.ts";
import { queueFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { leaseTerms } from "../../shared/work/lease.ts";
import { environment } from "./environment.ts";
import { createCheckpointFor } from "./job.ts";
import { operations } from "./operations.ts";

const { clock, estate, ledger, provider } = openServices(environment, {
  module: import.meta.url,
  role: "checkpoint",
  maximumWait_ms: 10_000,
});

/** Checkpoint queue: one attempt of one slot per message. */
export const handler = queueFunction({
  event: checkpointDue,
  job: async (due, { id, signal }) =>
    createCheckpointFor(due, {
      ledger,
      clock,
      invocation: id,
      lease: leaseTerms,
      provider: await provider(projectOf(await estate(), due.project), operations, signal),
    }),
});
