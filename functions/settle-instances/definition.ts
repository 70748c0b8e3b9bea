import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { hostFound } from "../../events/host-found.ts";
import { settleDue } from "../../events/settle-due.ts";
import { showAuditBackupStatus } from "../../shared/api/operations/dbss.ts";
import { listProtectedHosts } from "../../shared/api/operations/hss.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";

export const definition = defineFunction({
  name: "settle-instances",
  description: "Confirms the backups of audit instances and hosts",
  trigger: { on: "schedule", event: settleDue, every_minutes: 5 },
  provider: {
    role: "observe",
    operations: { listProtectedHosts, showAuditBackupStatus },
    maximumWait_ms: 90_000,
  },
  ledger: ["read", "write", "list", "remove"],
  sends: [auditInstanceFound, hostFound],
  notifies: true,
  timeout_s: 240,
  memory_mb: 512,
});
