import { deleteBackup } from "../../shared/api/operations/cbr/backup-changes.ts";
import { listBackups, showBackup } from "../../shared/api/operations/cbr/backups.ts";
import { listMembers } from "../../shared/api/operations/cbr/members.ts";
import { listVaults, showVault } from "../../shared/api/operations/cbr/vaults.ts";

/** What this function calls at the provider, and so what its role must allow. */
export const operations = { listBackups, showBackup, listMembers, deleteBackup, showVault, listVaults };
