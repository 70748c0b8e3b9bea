import { phoneReleaseRequested } from "../../events/phone-release-requested.ts";
import { batchFunction } from "../../shared/runtime/batch-function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { leaseTerms } from "../../shared/work/lease.ts";
import { environment } from "./environment.ts";
import { backUpPhones } from "./job.ts";
import { operations } from "./operations.ts";

const services = openServices(environment, {
  module: import.meta.url,
  role: "instances",
  maximumWait_ms: 10_000,
});

/** Release queue: up to 100 releases at a time, which share the provider's calls. */
export const handler = batchFunction({
  event: phoneReleaseRequested,
  job: async (requests, { id, signal }) =>
    backUpPhones(requests, {
      ...services,
      estate: await services.estate(),
      invocation: id,
      lease: leaseTerms,
      provider: (project) => services.provider(project, operations, signal),
    }),
});
