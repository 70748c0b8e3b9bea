import { nightDue } from "../../events/night-due.ts";
import { settleDue } from "../../events/settle-due.ts";
import { environment as createEnvironment } from "../../functions/create-checkpoint/environment.ts";
import { environment as planEnvironment } from "../../functions/plan-checkpoints/environment.ts";
import { environment as settleEnvironment } from "../../functions/settle-checkpoints/environment.ts";
import { awsCron } from "../../shared/estate/schedule.ts";
import type { VigilFunction } from "../constructs/function.ts";
import { FunctionSchedule, SCHEDULED_TIME } from "../constructs/schedule.ts";
import { WorkQueue } from "../constructs/work-queue.ts";
import type { Foundation } from "../foundation.ts";
import { concurrencyFor } from "./concurrency.ts";

export const CHECKPOINT_FUNCTIONS = ["plan-checkpoints", "create-checkpoint", "settle-checkpoints"] as const;

/** The messages of a batch are worked on side by side. */
const CHECKPOINT_BATCH = 10;

/** A night: schedule → plan → queue → create, and every five minutes settle. */
export function addCheckpoints(foundation: Foundation): void {
  const plan = foundation.make({
    name: "plan-checkpoints",
    description: "Selects the vaults of a night and sends one message for each",
    environment: planEnvironment,
    ledger: ["read", "write", "list", "find"],
    role: "observe",
    timeout_s: 300,
    memory_mb: 1024,
  });
  const create = foundation.make({
    name: "create-checkpoint",
    description: "Takes the checkpoint of one vault, exactly once",
    environment: createEnvironment,
    ledger: ["read", "write"],
    role: "checkpoint",
    timeout_s: 120,
    memory_mb: 512,
  });
  const settle = foundation.make({
    name: "settle-checkpoints",
    description: "Finds out what became of the checkpoints of the night",
    environment: settleEnvironment,
    ledger: ["read", "write", "list", "find", "remove"],
    role: "observe",
    timeout_s: 240,
    memory_mb: 1024,
  });
  const queue = new WorkQueue(foundation, "Checkpoints", {
    name: "checkpoints",
    consumer: create,
    batchSize: CHECKPOINT_BATCH,
    window_s: 1,
    maximumConcurrency: concurrencyFor(foundation.estate, "cbr", { atOnce: CHECKPOINT_BATCH }),
    attempts: 5,
  });
  for (const sender of [plan, settle]) queue.bindSender(sender, "CHECKPOINT_QUEUE_URL");
  for (const planner of [plan, settle]) planner.set("DEPLOYMENT", foundation.deployment);
  foundation.notifications.bindPublisher(settle);
  plan.retryEvents(foundation.undelivered, { attempts: 3, maximumAge_minutes: 60 });
  // The next firing is five minutes away and finds everything the failed one has left.
  settle.retryEvents(foundation.undelivered, { attempts: 1, maximumAge_minutes: 5 });
  scheduleNights(foundation, plan);
  new FunctionSchedule(foundation, "SettleSchedule", {
    name: "settle",
    description: "Looks after open checkpoints",
    expression: "rate(5 minutes)",
    timeZone: "UTC",
    target: settle,
    input: { event: settleDue.name, version: settleDue.version, data: { scheduled_at: SCHEDULED_TIME } },
    retry_minutes: 5,
    deadLetters: foundation.undelivered,
  });
}

/** One schedule for each checkpoint rule of each project. */
function scheduleNights(foundation: Foundation, plan: VigilFunction): void {
  for (const project of foundation.estate.projects) {
    for (const rule of project.checkpoints) {
      new FunctionSchedule(foundation, `Night-${project.name}_${rule.name}`, {
        name: "night",
        whose: [project.name, rule.name],
        description: `Checkpoints of rule ${rule.name} in project ${project.name}`,
        expression: awsCron(rule.schedule.cron),
        timeZone: rule.schedule.time_zone ?? project.time_zone,
        target: plan,
        input: {
          event: nightDue.name,
          version: nightDue.version,
          data: { project: project.name, rule: rule.name, scheduled_at: SCHEDULED_TIME },
        },
        retry_minutes: 60,
        deadLetters: foundation.undelivered,
      });
    }
  }
}
