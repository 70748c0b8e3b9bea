import { phoneReleaseRequested } from "../../events/phone-release-requested.ts";
import { settleDue } from "../../events/settle-due.ts";
import { queryInstanceStatus, showTask } from "../../shared/api/operations/koophone.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";

export const definition = defineFunction({
  name: "settle-phones",
  description: "Proves the backups of cloud phones and announces them",
  trigger: { on: "schedule", event: settleDue, every_minutes: 5 },
  provider: { role: "observe", operations: { queryInstanceStatus, showTask }, maximumWait_ms: 60_000 },
  ledger: ["read", "write", "find", "remove"],
  sends: [phoneReleaseRequested],
  notifies: true,
  timeout_s: 240,
  memory_mb: 1024,
});
