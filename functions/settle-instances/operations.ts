import { showAuditBackupStatus } from "../../shared/api/operations/dbss.ts";
import { listProtectedHosts } from "../../shared/api/operations/hss.ts";

/** What this function calls at the provider, and so what its role must allow. */
export const operations = { listProtectedHosts, showAuditBackupStatus };
