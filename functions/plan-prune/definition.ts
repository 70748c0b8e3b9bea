import { pruneDue } from "../../events/prune-due.ts";
import { pruneVaultDue } from "../../events/prune-vault-due.ts";
import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";

export const definition = defineFunction({
  name: "plan-prune",
  description: "Sends one message for each vault that is to be pruned",
  trigger: {
    on: "schedule",
    event: pruneDue,
    schedules: ({ projects }) =>
      projects.flatMap(({ name, prune, timezone }) =>
        prune
          ? {
              name: "prune",
              whose: [name],
              description: `Pruning of project ${name}`,
              cron: prune.schedule.cron,
              timezone: prune.schedule.timezone ?? timezone,
              data: { project: name },
            }
          : [],
      ),
    attempts: 3,
    within_minutes: 60,
  },
  provider: { role: "observe", operations: { listVaults }, maximumWait_ms: 120_000 },
  ledger: ["read", "write", "list"],
  sends: [pruneVaultDue],
  timeout_s: 300,
  memory_mb: 1024,
});
