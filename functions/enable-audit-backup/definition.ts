import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { setAuditBackup, showAuditBackupStatus } from "../../shared/api/operations/dbss.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";

export const definition = defineFunction({
  name: "enable-audit-backup",
  description: "Turns the backup of one audit instance on, once",
  trigger: {
    on: "queue",
    event: auditInstanceFound,
    queue: "audits",
    works: "each",
    batchSize: 10,
    window_s: 1,
    attempts: 5,
  },
  provider: {
    role: "instances",
    operations: { setAuditBackup, showAuditBackupStatus },
    maximumWait_ms: 10_000,
  },
  ledger: ["read", "write"],
  timeout_s: 120,
  memory_mb: 512,
});
