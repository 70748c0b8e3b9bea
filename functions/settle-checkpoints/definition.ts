import { checkpointDue } from "../../events/checkpoint-due.ts";
import { settleDue } from "../../events/settle-due.ts";
import { listTasks } from "../../shared/api/operations/cbr/tasks.ts";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";

export const definition = defineFunction({
  name: "settle-checkpoints",
  description: "Finds out what became of the checkpoints of the night",
  trigger: { on: "schedule", event: settleDue, every_minutes: 5 },
  provider: { role: "observe", operations: { listTasks, listVaults }, maximumWait_ms: 60_000 },
  ledger: ["read", "write", "list", "find", "remove"],
  sends: [checkpointDue],
  // Part of the names of checkpoints.
  deployment: true,
  notifies: true,
  measures: [
    "ProjectsSettled",
    "ProjectsFailed",
    "SlotsSettled",
    "SlotsFailed",
    "SlotsStuck",
    "SlotsOpen",
    "SlotsLate",
    "NightsEmpty",
    "NightsBackfilled",
    "NotificationsUndelivered",
  ],
  timeout_s: 240,
  memory_mb: 1024,
});
