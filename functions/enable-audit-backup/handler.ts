import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { projectOf } from "../../shared/estate/find.ts";
import { queueFunction } from "../../shared/runtime/function.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { leaseTerms } from "../../shared/work/lease.ts";
import { environment } from "./environment.ts";
import { enableAuditBackup } from "./job.ts";
import { operations } from "./operations.ts";

const { clock, estate, ledger, provider } = openServices(environment, {
  module: import.meta.url,
  role: "instances",
  maximumWait_ms: 10_000,
});

/** Audit queue: one instance per message. */
export const handler = queueFunction({
  event: auditInstanceFound,
  job: async (found, { id, signal }) => {
    const project = projectOf(await estate(), found.project);
    const client = await provider(project, operations, signal);
    return enableAuditBackup(found, project, {
      ledger,
      clock,
      invocation: id,
      lease: leaseTerms,
      provider: client,
    });
  },
});
