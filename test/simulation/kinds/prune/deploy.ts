import { pruneDue } from "../../../../events/prune-due.ts";
import { pruneVaultDue } from "../../../../events/prune-vault-due.ts";
import { planPrune } from "../../../../functions/plan-prune/job.ts";
import { operations as planOperations } from "../../../../functions/plan-prune/operations.ts";
import { pruneVault } from "../../../../functions/prune-vault/job.ts";
import { operations as pruneOperations } from "../../../../functions/prune-vault/operations.ts";
import { projectOf } from "../../../../shared/estate/find.ts";
import { awsCron } from "../../../../shared/estate/schedule.ts";
import { behindQueue, behindSchedule } from "../../night/deploy.ts";
import type { Stage } from "../../night/stage.ts";

const queueName = "prune";

/** Pruning as infra/flows/prune.ts and the handlers wire it. */
export function deployPrune(stage: Stage): void {
  stage.workQueue(queueName, {
    consumer: pruneFunction(stage),
    batchSize: 1,
    window_s: 0,
    maximumConcurrency: 2,
    attempts: 5,
  });
  const plan = planFunction(stage);
  for (const project of stage.estate.projects) {
    if (!project.prune) continue;
    const { cron, time_zone = project.time_zone } = project.prune.schedule;
    stage.schedule({
      name: `prune-${project.name}`,
      expression: awsCron(cron),
      timeZone: time_zone,
      target: plan,
      input: (scheduled_at) => pruneDue.create({ project: project.name, scheduled_at }),
      attempts: 3,
    });
  }
}

const planFunction = (stage: Stage) =>
  behindSchedule(stage, {
    name: "plan-prune",
    timeout_s: 300,
    role: "observe",
    maximumWait_ms: 120_000,
    run: (event, services, { signal }) =>
      planPrune(pruneDue.parse(event), {
        ...services,
        queue: services.queue(queueName),
        provider: (project) => services.provider(project, planOperations, signal),
      }),
  });

const pruneFunction = (stage: Stage) =>
  behindQueue(stage, {
    name: "prune-vault",
    timeout_s: 300,
    role: "prune",
    maximumWait_ms: 10_000,
    budgetShare: { name: "prune", share: 0.5 },
    async run(event, services, { id, signal }) {
      const due = pruneVaultDue.parse(event);
      const { did, why } = await pruneVault(due, {
        ...services,
        queue: services.queue(queueName),
        publisher: services.notifier,
        signal,
        invocation: id,
        provider: await services.provider(projectOf(services.estate, due.project), pruneOperations, signal),
      });
      return { did, why };
    },
  });
