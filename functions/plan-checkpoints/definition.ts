import { checkpointDue } from "../../events/checkpoint-due.ts";
import { nightDue } from "../../events/night-due.ts";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";

export const definition = defineFunction({
  name: "plan-checkpoints",
  description: "Selects the vaults of a night and sends one message for each",
  trigger: {
    on: "schedule",
    event: nightDue,
    schedules: ({ projects }) =>
      projects.flatMap((project) =>
        project.checkpoints.map((rule) => ({
          name: "night",
          whose: [project.name, rule.name],
          description: `Checkpoints of rule ${rule.name} in project ${project.name}`,
          cron: rule.schedule.cron,
          timezone: rule.schedule.timezone ?? project.timezone,
          data: { project: project.name, rule: rule.name },
        })),
      ),
    attempts: 3,
    within_minutes: 60,
  },
  provider: { role: "observe", operations: { listVaults }, maximumWait_ms: 120_000 },
  ledger: ["read", "write", "list", "find"],
  sends: [checkpointDue],
  // Part of the names of checkpoints.
  deployment: true,
  measures: ["SlotsPlanned", "SlotsSkipped"],
  timeout_s: 300,
  memory_mb: 1024,
});
