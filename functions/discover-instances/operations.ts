import { listProtectables } from "../../shared/api/operations/cbr/protectables.ts";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import { listAuditInstances } from "../../shared/api/operations/dbss.ts";
import { listBackupHosts, listProtectedHosts } from "../../shared/api/operations/hss.ts";

/** What this function calls at the provider, and so what its role must allow. */
export const operations = {
  listAuditInstances,
  listBackupHosts,
  listProtectables,
  listProtectedHosts,
  listVaults,
};
