import { policiesDue } from "../../events/policies-due.ts";
import { createPolicy, listPolicies, updatePolicy } from "../../shared/api/operations/cbr/policies.ts";
import { associatePolicy, dissociatePolicy } from "../../shared/api/operations/cbr/vault-changes.ts";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import { showBackupPolicy, updateBackupPolicy } from "../../shared/api/operations/hss.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";
import type { ClientOf, DepsInProject } from "../../shared/lambda/deps.ts";

export const definition = defineFunction({
  name: "enforce-policies",
  description: "Holds the provider's policies against the estate",
  trigger: { on: "schedule", event: policiesDue, every_minutes: 60 },
  provider: {
    role: "instances",
    operations: {
      ...{ associatePolicy, createPolicy, dissociatePolicy, listPolicies, updatePolicy },
      ...{ listVaults, showBackupPolicy, updateBackupPolicy },
    },
    maximumWait_ms: 120_000,
  },
  ledger: ["read", "write", "remove"],
  notifies: true,
  timeout_s: 300,
  memory_mb: 512,
});

export type InProject = DepsInProject<typeof definition>;
export type Provider = ClientOf<typeof definition>;
