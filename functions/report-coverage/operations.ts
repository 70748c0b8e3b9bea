import { listBackups } from "../../shared/api/operations/cbr/backups.ts";
import { showStorageUsage } from "../../shared/api/operations/cbr/insight.ts";
import { listProtectables } from "../../shared/api/operations/cbr/protectables.ts";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";

/** What this function calls at the provider, and so what its role must allow. */
export const operations = { listBackups, listProtectables, listVaults, showStorageUsage };
