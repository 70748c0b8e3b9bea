import type { Implementation } from "../shared/lambda/implement.ts";
import type { FunctionName } from "./all.ts";
import { implementation as backUpPhones } from "./back-up-phones/job.ts";
import { implementation as createCheckpoint } from "./create-checkpoint/job.ts";
import { implementation as discoverInstances } from "./discover-instances/job.ts";
import { implementation as enableAuditBackup } from "./enable-audit-backup/job.ts";
import { implementation as enableRemoteBackup } from "./enable-remote-backup/job.ts";
import { implementation as enforcePolicies } from "./enforce-policies/job.ts";
import { implementation as ingestNotification } from "./ingest-notification/job.ts";
import { implementation as planCheckpoints } from "./plan-checkpoints/job.ts";
import { implementation as planPrune } from "./plan-prune/job.ts";
import { implementation as pruneVault } from "./prune-vault/job.ts";
import { implementation as reportCoverage } from "./report-coverage/job.ts";
import { implementation as settleCheckpoints } from "./settle-checkpoints/job.ts";
import { implementation as settleInstances } from "./settle-instances/job.ts";
import { implementation as settlePhones } from "./settle-phones/job.ts";

/** Every function with its job, for whoever runs them all in one process. */
export const implementations: { readonly [Name in FunctionName]: Implementation<Name> } = {
  "plan-checkpoints": planCheckpoints,
  "create-checkpoint": createCheckpoint,
  "settle-checkpoints": settleCheckpoints,
  "plan-prune": planPrune,
  "prune-vault": pruneVault,
  "back-up-phones": backUpPhones,
  "settle-phones": settlePhones,
  "discover-instances": discoverInstances,
  "ingest-notification": ingestNotification,
  "enable-audit-backup": enableAuditBackup,
  "enable-remote-backup": enableRemoteBackup,
  "settle-instances": settleInstances,
  "enforce-policies": enforcePolicies,
  "report-coverage": reportCoverage,
};
