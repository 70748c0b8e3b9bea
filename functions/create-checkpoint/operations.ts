import { listBackups } from "../../shared/api/operations/cbr/backups.ts";
import { createCheckpoint } from "../../shared/api/operations/cbr/checkpoints.ts";
import { listTasks } from "../../shared/api/operations/cbr/tasks.ts";

/** What this function calls at the provider, and so what its role must allow. */
export const operations = { createCheckpoint, listBackups, listTasks };
