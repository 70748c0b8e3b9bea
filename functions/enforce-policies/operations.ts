import { createPolicy, listPolicies, updatePolicy } from "../../shared/api/operations/cbr/policies.ts";
import { associatePolicy, dissociatePolicy } from "../../shared/api/operations/cbr/vault-policies.ts";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import { showBackupPolicy, updateBackupPolicy } from "../../shared/api/operations/hss.ts";

/** What this function calls at the provider, and so what its role must allow. */
export const operations = {
  associatePolicy,
  createPolicy,
  dissociatePolicy,
  listPolicies,
  listVaults,
  showBackupPolicy,
  updateBackupPolicy,
  updatePolicy,
};
