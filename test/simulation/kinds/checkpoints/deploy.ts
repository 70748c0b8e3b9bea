import { checkpointDue } from "../../../../events/checkpoint-due.ts";
import { nightDue } from "../../../../events/night-due.ts";
import { settleDue } from "../../../../events/settle-due.ts";
import { createCheckpointFor } from "../../../../functions/create-checkpoint/job.ts";
import { operations as createOperations } from "../../../../functions/create-checkpoint/operations.ts";
import { planCheckpoints } from "../../../../functions/plan-checkpoints/job.ts";
import { measure as measurePlanned } from "../../../../functions/plan-checkpoints/measure.ts";
import { operations as planOperations } from "../../../../functions/plan-checkpoints/operations.ts";
import { settleCheckpoints } from "../../../../functions/settle-checkpoints/job.ts";
import { measure as measureSettled } from "../../../../functions/settle-checkpoints/measure.ts";
import { operations as settleOperations } from "../../../../functions/settle-checkpoints/operations.ts";
import { nightsOf } from "../../../../shared/checkpoints/night.ts";
import type { CheckpointRule, Project } from "../../../../shared/estate/estate.ts";
import { projectOf } from "../../../../shared/estate/find.ts";
import { awsCron } from "../../../../shared/estate/schedule.ts";
import { leaseTerms } from "../../../../shared/work/lease.ts";
import { type Activity, createActivity } from "../../night/activity.ts";
import { behindQueue, behindSchedule } from "../../night/deploy.ts";
import type { Stage } from "../../night/stage.ts";

const queueName = "checkpoints";

/** The functions of a night as infra/stack.ts and their handler.ts wire them. */
export function deployCheckpoints(stage: Stage): void {
  stage.workQueue(queueName, {
    consumer: createFunction(stage),
    batchSize: 10,
    window_s: 1,
    maximumConcurrency: 4,
    attempts: 5,
  });
  const activity = createActivity(stage);
  const plan = planFunction(stage, activity);
  forEachRule(stage, (project, rule) =>
    stage.schedule({
      name: `night-${project.name}-${rule.name}`,
      expression: awsCron(rule.schedule.cron),
      timeZone: rule.schedule.time_zone ?? project.time_zone,
      target: plan,
      input: (scheduled_at) => nightDue.create({ project: project.name, rule: rule.name, scheduled_at }),
      attempts: 3,
    }),
  );
  stage.schedule({
    name: "settle",
    expression: "rate(5 minutes)",
    timeZone: "UTC",
    target: settleFunction(stage, activity),
    input: (scheduled_at) => settleDue.create({ scheduled_at }),
    attempts: 1,
    isIdle: activity.isIdle,
  });
}

/**
 * Follows the schedules of every rule, now and after each deployment: `begin` is called for one that is new or has
 * changed, and what it returned when the schedule is taken away again.
 */
export function forEachRule(
  stage: Stage,
  begin: (project: Project, rule: CheckpointRule) => () => void,
): void {
  const running = new Map<string, () => void>();
  const follow = () => {
    const wanted = new Map(
      stage.estate.projects.flatMap((project) =>
        project.checkpoints.map((rule) => [scheduleOf(project, rule), { project, rule }] as const),
      ),
    );
    for (const [key, end] of running) {
      if (wanted.has(key)) continue;
      running.delete(key);
      end();
    }
    for (const [key, { project, rule }] of wanted) {
      if (!running.has(key)) running.set(key, begin(project, rule));
    }
  };
  follow();
  stage.deployments.push(follow);
}

const scheduleOf = (project: Project, { name, schedule }: CheckpointRule) =>
  [project.name, name, schedule.cron, schedule.time_zone ?? project.time_zone].join(" ");

const planFunction = (stage: Stage, activity: Activity) =>
  behindSchedule(stage, {
    name: "plan-checkpoints",
    timeout_s: 300,
    role: "observe",
    maximumWait_ms: 120_000,
    measure: measurePlanned,
    run(event, services, { signal }) {
      activity.begun();
      return planCheckpoints(nightDue.parse(event), {
        ...services,
        deployment: stage.estate.name,
        queue: services.queue(queueName),
        provider: (project) => services.provider(project, planOperations, signal),
      });
    },
  });

const createFunction = (stage: Stage) =>
  behindQueue(stage, {
    name: "create-checkpoint",
    timeout_s: 120,
    role: "checkpoint",
    maximumWait_ms: 10_000,
    async run(event, { ledger, clock, estate, provider }, { id, signal }) {
      const due = checkpointDue.parse(event);
      return createCheckpointFor(due, {
        ledger,
        clock,
        invocation: id,
        lease: leaseTerms,
        provider: await provider(projectOf(estate, due.project), createOperations, signal),
      });
    },
  });

const settleFunction = (stage: Stage, activity: Activity) =>
  behindSchedule(stage, {
    name: "settle-checkpoints",
    timeout_s: 240,
    role: "observe",
    maximumWait_ms: 60_000,
    measure: measureSettled,
    async run(_event, services, { id, signal }) {
      const settled = await settleCheckpoints({
        ...services,
        deployment: stage.estate.name,
        queue: services.queue(queueName),
        publisher: services.notifier,
        provider: (project) => services.provider(project, settleOperations, signal),
        report: (project, error) => stage.journal.note(id, `${project.name} could not be settled: ${error}`),
      });
      const idle = Object.values(settled).every(
        (one) => one !== "failed" && one.open + one.closed + one.madeUp.length === 0,
      );
      if (idle && !(await hasOpen(stage))) activity.ended();
      return settled;
    },
  });

/** A night is settled, or begun again if its planner has died, by the next run: the index may not show it yet. */
async function hasOpen({ estate, ledger }: Stage): Promise<boolean> {
  for (const { name } of estate.projects) {
    for await (const { value } of nightsOf(ledger.table, name)) if (value.state !== "closed") return true;
  }
  return false;
}
