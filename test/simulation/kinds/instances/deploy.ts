import { auditInstanceFound } from "../../../../events/audit-instance-found.ts";
import { discoveryDue } from "../../../../events/discovery-due.ts";
import { hostFound } from "../../../../events/host-found.ts";
import { settleDue } from "../../../../events/settle-due.ts";
import { discoverInstances } from "../../../../functions/discover-instances/job.ts";
import { operations as discoverOperations } from "../../../../functions/discover-instances/operations.ts";
import { enableAuditBackup } from "../../../../functions/enable-audit-backup/job.ts";
import { operations as auditOperations } from "../../../../functions/enable-audit-backup/operations.ts";
import { enableRemoteBackups } from "../../../../functions/enable-remote-backup/job.ts";
import { operations as hostOperations } from "../../../../functions/enable-remote-backup/operations.ts";
import { settleInstances } from "../../../../functions/settle-instances/job.ts";
import { operations as settleOperations } from "../../../../functions/settle-instances/operations.ts";
import { projectOf } from "../../../../shared/estate/find.ts";
import { leaseTerms } from "../../../../shared/work/lease.ts";
import { type Activity, createActivity } from "../../night/activity.ts";
import { behindBatch, behindQueue, behindSchedule } from "../../night/deploy.ts";
import type { Stage } from "../../night/stage.ts";

export const auditQueue = "audits";
export const hostQueue = "hosts";

/** Nothing is open: only a message can change that. */
const idlePause_ms = 6 * 3_600_000;
/** Nothing was different at the last look, or it failed: the next one is played so much later. */
const discoveryPause_ms = 2 * 3_600_000;

/** Audit instances and web hosts as infra/flows/instances.ts and the handlers wire them. */
export function deployInstances(stage: Stage): Activity {
  const activity = createActivity(stage, idlePause_ms);
  stage.workQueue(auditQueue, {
    consumer: auditFunction(stage, activity),
    batchSize: 10,
    window_s: 1,
    maximumConcurrency: 2,
    attempts: 5,
  });
  stage.workQueue(hostQueue, {
    consumer: hostFunction(stage, activity),
    batchSize: 100,
    window_s: 20,
    maximumConcurrency: 2,
    attempts: 5,
  });
  const common = { timeZone: "UTC", attempts: 1 };
  const looking = createActivity(stage, discoveryPause_ms);
  stage.schedule({
    ...common,
    name: "discover",
    expression: "rate(15 minutes)",
    target: discoverFunction(stage, looking),
    input: (scheduled_at) => discoveryDue.create({ scheduled_at }),
    isIdle: looking.isIdle,
  });
  stage.schedule({
    ...common,
    name: "settle-instances",
    expression: "rate(5 minutes)",
    target: settleFunction(stage, activity),
    input: (scheduled_at) => settleDue.create({ scheduled_at }),
    isIdle: activity.isIdle,
  });
  return activity;
}

const discoverFunction = (stage: Stage, looking: Activity) =>
  behindSchedule(stage, {
    name: "discover-instances",
    timeout_s: 600,
    role: "observe",
    maximumWait_ms: 120_000,
    async run(_event, services, { id, signal }) {
      const found = await discoverInstances({
        ...services,
        auditQueue: services.queue(auditQueue),
        hostQueue: services.queue(hostQueue),
        publisher: services.notifier,
        provider: (project) => services.provider(project, discoverOperations, signal),
        report: (project, error) => stage.journal.note(id, `${project.name} was not discovered: ${error}`),
      });
      const hasNews = Object.values(found).some(
        (kinds) => kinds !== "failed" && kinds.some((kind) => kind && isNews(kind)),
      );
      if (hasNews) looking.begun();
      else looking.ended();
      return found;
    },
  });

const isNews = (found: object) =>
  Object.entries(found).some(([key, count]) => news.includes(key) && count > 0);
const news = ["sent", "fresh", "over"];

const auditFunction = (stage: Stage, activity: Activity) =>
  behindQueue(stage, {
    name: "enable-audit-backup",
    timeout_s: 120,
    role: "instances",
    maximumWait_ms: 10_000,
    async run(event, { ledger, clock, estate, provider }, { id, signal }) {
      activity.begun();
      const found = auditInstanceFound.parse(event);
      const project = projectOf(estate, found.project);
      return enableAuditBackup(found, project, {
        ledger,
        clock,
        invocation: id,
        lease: leaseTerms,
        provider: await provider(project, auditOperations, signal),
      });
    },
  });

const hostFunction = (stage: Stage, activity: Activity) =>
  behindBatch(stage, {
    name: "enable-remote-backup",
    timeout_s: 300,
    role: "instances",
    maximumWait_ms: 120_000,
    run(events, services, { id, signal }) {
      activity.begun();
      return enableRemoteBackups(
        events.map((event) => hostFound.parse(event)),
        {
          ...services,
          invocation: id,
          signal,
          provider: (project) => services.provider(project, hostOperations, signal),
        },
      );
    },
  });

const settleFunction = (stage: Stage, activity: Activity) =>
  behindSchedule(stage, {
    name: "settle-instances",
    timeout_s: 240,
    role: "observe",
    maximumWait_ms: 90_000,
    async run(_event, services, { id, signal }) {
      const settled = await settleInstances({
        ...services,
        auditQueue: services.queue(auditQueue),
        hostQueue: services.queue(hostQueue),
        publisher: services.notifier,
        provider: (project) => services.provider(project, settleOperations, signal),
        report: (project, error) => stage.journal.note(id, `${project.name} could not be settled: ${error}`),
      });
      const isDone = Object.values(settled).every(
        (one) => one !== "failed" && one.audits.open + one.hosts.open === 0,
      );
      const isEmpty = [auditQueue, hostQueue].every((name) => stage.queues.get(name)?.length === 0);
      if (isDone && isEmpty) activity.ended();
      return settled;
    },
  });
