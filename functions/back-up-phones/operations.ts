import { backupInstances, queryInstanceStatus } from "../../shared/api/operations/koophone.ts";

/** What this function calls at the provider, and so what its role must allow. */
export const operations = { backupInstances, queryInstanceStatus };
