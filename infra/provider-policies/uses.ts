import { operations as backUpPhones } from "../../functions/back-up-phones/operations.ts";
import { operations as createCheckpoint } from "../../functions/create-checkpoint/operations.ts";
import { operations as discoverInstances } from "../../functions/discover-instances/operations.ts";
import { operations as enableAuditBackup } from "../../functions/enable-audit-backup/operations.ts";
import { operations as enableRemoteBackup } from "../../functions/enable-remote-backup/operations.ts";
import { operations as enforcePolicies } from "../../functions/enforce-policies/operations.ts";
import { operations as planCheckpoints } from "../../functions/plan-checkpoints/operations.ts";
import { operations as planPrune } from "../../functions/plan-prune/operations.ts";
import { operations as pruneVault } from "../../functions/prune-vault/operations.ts";
import { operations as reportCoverage } from "../../functions/report-coverage/operations.ts";
import { operations as settleCheckpoints } from "../../functions/settle-checkpoints/operations.ts";
import { operations as settleInstances } from "../../functions/settle-instances/operations.ts";
import { operations as settlePhones } from "../../functions/settle-phones/operations.ts";
import type { AnyOperation } from "../../shared/api/operation.ts";
import { listBackups, showBackup } from "../../shared/api/operations/cbr/backups.ts";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import type { Role } from "../../shared/estate/secrets.ts";

/** In which role somebody speaks with the provider, and what it calls there. */
export interface ProviderUse {
  readonly role: Role;
  readonly operations: Readonly<Record<string, AnyOperation>>;
}

/** Every function that calls the provider, by its folder. A test holds the roles against the handlers. */
export const functionUses = {
  "back-up-phones": { role: "instances", operations: backUpPhones },
  "create-checkpoint": { role: "checkpoint", operations: createCheckpoint },
  "discover-instances": { role: "observe", operations: discoverInstances },
  "enable-audit-backup": { role: "instances", operations: enableAuditBackup },
  "enable-remote-backup": { role: "instances", operations: enableRemoteBackup },
  "enforce-policies": { role: "instances", operations: enforcePolicies },
  "plan-checkpoints": { role: "observe", operations: planCheckpoints },
  "plan-prune": { role: "observe", operations: planPrune },
  "prune-vault": { role: "prune", operations: pruneVault },
  "report-coverage": { role: "observe", operations: reportCoverage },
  "settle-checkpoints": { role: "observe", operations: settleCheckpoints },
  "settle-instances": { role: "observe", operations: settleInstances },
  "settle-phones": { role: "observe", operations: settlePhones },
} as const satisfies Readonly<Record<string, ProviderUse>>;

/** What the operator's commands call: `operate why` looks at one backup, `operate hold` finds out what an id is. */
export const commandUses = {
  "operate hold": { role: "observe", operations: { listBackups, listVaults, showBackup } },
  "operate why": { role: "observe", operations: { showBackup } },
} as const satisfies Readonly<Record<string, ProviderUse>>;

export const allUses: readonly ProviderUse[] = [
  ...Object.values(functionUses),
  ...Object.values(commandUses),
];
