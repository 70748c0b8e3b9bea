import { reportDue } from "../../events/report-due.ts";
import { listBackups } from "../../shared/api/operations/cbr/backups.ts";
import { showStorageUsage } from "../../shared/api/operations/cbr/insight.ts";
import { listProtectables } from "../../shared/api/operations/cbr/protectables.ts";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";

export const definition = defineFunction({
  name: "report-coverage",
  description: "Writes the coverage report of the estate",
  trigger: {
    on: "schedule",
    event: reportDue,
    schedules: ({ report: { schedule }, projects: [first] }) => [
      {
        name: "report",
        whose: [],
        description: "The morning's coverage report",
        cron: schedule.cron,
        timezone: schedule.timezone ?? first?.timezone ?? "UTC",
        data: {},
      },
    ],
    attempts: 2,
    within_minutes: 60,
  },
  provider: {
    role: "observe",
    operations: { listBackups, listProtectables, listVaults, showStorageUsage },
    maximumWait_ms: 600_000,
  },
  ledger: ["read", "write", "list", "find"],
  publishes: true,
  page: "report",
  measures: ["ReportsWritten", "ObjectivesMissed", "OldestUncovered"],
  // A project with many backups has many pages to list, at the rate that the provider allows.
  timeout_s: 900,
  memory_mb: 2048,
});
