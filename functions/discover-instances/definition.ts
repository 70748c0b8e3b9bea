import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { discoveryDue } from "../../events/discovery-due.ts";
import { hostFound } from "../../events/host-found.ts";
import { listProtectables } from "../../shared/api/operations/cbr/protectables.ts";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import { listAuditInstances } from "../../shared/api/operations/dbss.ts";
import { listBackupHosts, listProtectedHosts } from "../../shared/api/operations/hss.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";
import type { DepsInProject } from "../../shared/lambda/deps.ts";

export const definition = defineFunction({
  name: "discover-instances",
  description: "Compares what exists with what is known",
  trigger: { on: "schedule", event: discoveryDue, every_minutes: 15 },
  provider: {
    role: "observe",
    operations: { listAuditInstances, listBackupHosts, listProtectables, listProtectedHosts, listVaults },
    maximumWait_ms: 120_000,
  },
  ledger: ["read", "write", "list", "remove"],
  sends: [auditInstanceFound, hostFound],
  notifies: true,
  timeout_s: 600,
  memory_mb: 1024,
});

export type InProject = DepsInProject<typeof definition>;
