import { checkpointDue } from "../../events/checkpoint-due.ts";
import { listBackups } from "../../shared/api/operations/cbr/backups.ts";
import { createCheckpoint } from "../../shared/api/operations/cbr/checkpoints.ts";
import { listTasks } from "../../shared/api/operations/cbr/tasks.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";

export const definition = defineFunction({
  name: "create-checkpoint",
  description: "Takes the checkpoint of one vault, exactly once",
  trigger: {
    on: "queue",
    event: checkpointDue,
    queue: "checkpoints",
    works: "each",
    batchSize: 10,
    window_s: 1,
    attempts: 5,
  },
  provider: {
    role: "checkpoint",
    operations: { createCheckpoint, listBackups, listTasks },
    maximumWait_ms: 10_000,
  },
  ledger: ["read", "write"],
  measures: ["SlotsSettled", "SlotsFailed"],
  timeout_s: 120,
  memory_mb: 512,
});
