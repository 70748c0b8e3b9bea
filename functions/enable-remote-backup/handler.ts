import { hostFound } from "../../events/host-found.ts";
import { batchFunction } from "../../shared/runtime/batch-function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { environment } from "./environment.ts";
import { enableRemoteBackups } from "./job.ts";
import { operations } from "./operations.ts";

const { clock, estate, ledger, provider } = openServices(environment, {
  module: import.meta.url,
  role: "instances",
  // Five calls a minute: whoever has none left waits for the next minute rather than for the next message.
  maximumWait_ms: 120_000,
});

/** Host queue: many hosts share one listing. */
export const handler = batchFunction({
  event: hostFound,
  job: async (found, { id, signal }) =>
    enableRemoteBackups(found, {
      estate: await estate(),
      ledger,
      clock,
      invocation: id,
      signal,
      provider: (project) => provider(project, operations, signal),
    }),
});
