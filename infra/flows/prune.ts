import { pruneDue } from "../../events/prune-due.ts";
import { environment as planEnvironment } from "../../functions/plan-prune/environment.ts";
import { environment as pruneEnvironment } from "../../functions/prune-vault/environment.ts";
import { awsCron } from "../../shared/estate/schedule.ts";
import { pruneBudget } from "../../shared/prune/budget-share.ts";
import { FunctionSchedule, SCHEDULED_TIME } from "../constructs/schedule.ts";
import { WorkQueue } from "../constructs/work-queue.ts";
import type { Foundation } from "../foundation.ts";
import { concurrencyFor } from "./concurrency.ts";

export const PRUNE_FUNCTIONS = ["plan-prune", "prune-vault"] as const;

/** Pruning: a schedule for each project that is pruned → plan → queue → one vault at a time, in slices. */
export function addPrune(foundation: Foundation): void {
  const plan = foundation.make({
    name: "plan-prune",
    description: "Sends one message for each vault that is to be pruned",
    environment: planEnvironment,
    ledger: ["read", "write", "list"],
    role: "observe",
    timeout_s: 300,
    memory_mb: 1024,
  });
  const prune = foundation.make({
    name: "prune-vault",
    description: "Plans and carries out the pruning of one vault, a slice at a time",
    environment: pruneEnvironment,
    ledger: ["read", "write", "list", "find"],
    role: "prune",
    timeout_s: 300,
    memory_mb: 1024,
  });
  const queue = new WorkQueue(foundation, "Prune", {
    name: "prune",
    consumer: prune,
    batchSize: 1,
    window_s: 0,
    maximumConcurrency: concurrencyFor(foundation.estate, "cbr", { atOnce: 1, share: pruneBudget.share }),
    attempts: 5,
  });
  for (const sender of [plan, prune]) queue.bindSender(sender, "PRUNE_QUEUE_URL");
  foundation.notifications.bindPublisher(prune);
  plan.retryEvents(foundation.undelivered, { attempts: 3, maximumAge_minutes: 60 });
  for (const project of foundation.estate.projects) {
    if (!project.prune) continue;
    const { cron, time_zone = project.time_zone } = project.prune.schedule;
    new FunctionSchedule(foundation, `Prune-${project.name}`, {
      name: "prune",
      whose: [project.name],
      description: `Pruning of project ${project.name}`,
      expression: awsCron(cron),
      timeZone: time_zone,
      target: plan,
      input: {
        event: pruneDue.name,
        version: pruneDue.version,
        data: { project: project.name, scheduled_at: SCHEDULED_TIME },
      },
      retry_minutes: 60,
      deadLetters: foundation.undelivered,
    });
  }
}
