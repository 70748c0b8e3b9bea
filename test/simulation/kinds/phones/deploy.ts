import { phoneReleaseRequested } from "../../../../events/phone-release-requested.ts";
import { settleDue } from "../../../../events/settle-due.ts";
import { backUpPhones } from "../../../../functions/back-up-phones/job.ts";
import { operations as backUpOperations } from "../../../../functions/back-up-phones/operations.ts";
import { settlePhones } from "../../../../functions/settle-phones/job.ts";
import { operations as settleOperations } from "../../../../functions/settle-phones/operations.ts";
import { leaseTerms } from "../../../../shared/work/lease.ts";
import { type Activity, createActivity } from "../../night/activity.ts";
import { behindBatch, behindSchedule } from "../../night/deploy.ts";
import type { Stage } from "../../night/stage.ts";

export const releaseQueue = "releases";

/** Nothing is open: only a request can change that. */
const idlePause_ms = 6 * 3_600_000;

/** Releases as infra/flows/instances.ts and the handlers wire them. */
export function deployPhones(stage: Stage): Activity {
  const activity = createActivity(stage, idlePause_ms);
  stage.workQueue(releaseQueue, {
    consumer: behindBatch(stage, {
      name: "back-up-phones",
      timeout_s: 180,
      role: "instances",
      maximumWait_ms: 10_000,
      run(events, services, { id, signal }) {
        activity.begun();
        return backUpPhones(
          events.map((event) => phoneReleaseRequested.parse(event)),
          {
            ...services,
            invocation: id,
            lease: leaseTerms,
            provider: (project) => services.provider(project, backUpOperations, signal),
          },
        );
      },
    }),
    batchSize: 100,
    window_s: 5,
    maximumConcurrency: 2,
    attempts: 5,
  });
  stage.schedule({
    name: "settle-phones",
    expression: "rate(5 minutes)",
    timeZone: "UTC",
    target: settleFunction(stage, activity),
    input: (scheduled_at) => settleDue.create({ scheduled_at }),
    attempts: 1,
    isIdle: activity.isIdle,
  });
  return activity;
}

const settleFunction = (stage: Stage, activity: Activity) =>
  behindSchedule(stage, {
    name: "settle-phones",
    timeout_s: 240,
    role: "observe",
    maximumWait_ms: 60_000,
    async run(_event, services, { id, signal }) {
      const settled = await settlePhones({
        ...services,
        queue: services.queue(releaseQueue),
        publisher: services.notifier,
        provider: (project) => services.provider(project, settleOperations, signal),
        report: (project, error) => stage.journal.note(id, `${project.name} could not be settled: ${error}`),
      });
      const idle = Object.values(settled).every((one) => one !== "failed" && one.open + one.announced === 0);
      if (idle && stage.queues.get(releaseQueue)?.length === 0) activity.ended();
      return settled;
    },
  });
