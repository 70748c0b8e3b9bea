import { setAuditBackup, showAuditBackupStatus } from "../../shared/api/operations/dbss.ts";

/** What this function calls at the provider, and so what its role must allow. */
export const operations = { setAuditBackup, showAuditBackupStatus };
