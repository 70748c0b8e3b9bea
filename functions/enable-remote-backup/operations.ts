import { listBackupHosts, listProtectedHosts, setRemoteBackup } from "../../shared/api/operations/hss.ts";

/** What this function calls at the provider, and so what its role must allow. */
export const operations = { listBackupHosts, listProtectedHosts, setRemoteBackup };
