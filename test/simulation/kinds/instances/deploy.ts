import { definition as discovering } from "../../../../functions/discover-instances/definition.ts";
import { discoverInstances } from "../../../../functions/discover-instances/job.ts";
import { definition as enablingAudits } from "../../../../functions/enable-audit-backup/definition.ts";
import { enableAuditBackup } from "../../../../functions/enable-audit-backup/job.ts";
import { definition as enablingHosts } from "../../../../functions/enable-remote-backup/definition.ts";
import { enableRemoteBackups } from "../../../../functions/enable-remote-backup/job.ts";
import { definition as settling } from "../../../../functions/settle-instances/definition.ts";
import { settleInstances } from "../../../../functions/settle-instances/job.ts";
import { implement, implementTogether } from "../../../../shared/lambda/implement.ts";
import { createActivity } from "../../night/activity.ts";
import type { Overrides } from "../../night/deploy.ts";
import type { Stage } from "../../night/stage.ts";

export const auditQueue = enablingAudits.trigger.queue;
export const hostQueue = enablingHosts.trigger.queue;

/** Nothing is open: only a message can change that. */
const idlePause_ms = 6 * 3_600_000;
/** Nothing was different at the last look, or it failed: the next one is played so much later. */
const discoveryPause_ms = 2 * 3_600_000;

/** Looking and settling are played while there is something to look at. */
export function overrideInstances(stage: Stage): Overrides {
  const activity = createActivity(stage, idlePause_ms);
  const looking = createActivity(stage, discoveryPause_ms);
  return {
    "enable-audit-backup": {
      implementation: implement(enablingAudits, (found, deps) => {
        activity.begun();
        return enableAuditBackup(found, deps);
      }),
    },
    "enable-remote-backup": {
      implementation: implementTogether(enablingHosts, (found, deps) => {
        activity.begun();
        return enableRemoteBackups(found, deps);
      }),
    },
    "discover-instances": {
      isIdle: looking.isIdle,
      implementation: implement(discovering, async (due, deps) => {
        const found = await discoverInstances(due, deps);
        const hasNews = Object.values(found).some(
          (kinds) => kinds !== "failed" && kinds.some((kind) => kind && isNews(kind)),
        );
        if (hasNews) looking.begun();
        else looking.ended();
        return found;
      }),
    },
    "settle-instances": {
      isIdle: activity.isIdle,
      implementation: implement(settling, async (due, deps) => {
        const settled = await settleInstances(due, deps);
        const isDone = Object.values(settled).every(
          (one) => one !== "failed" && one.audits.open + one.hosts.open === 0,
        );
        const isEmpty = [auditQueue, hostQueue].every((name) => stage.queues.get(name)?.length === 0);
        if (isDone && isEmpty) activity.ended();
        return settled;
      }),
    },
  };
}

const isNews = (found: object) =>
  Object.entries(found).some(([key, count]) => news.includes(key) && count > 0);
const news = ["sent", "fresh", "over"];

/** Of an estate without hosts. */
export const withoutInstances: Overrides = {
  "enable-audit-backup": { absent: "there are no instances" },
  "enable-remote-backup": { absent: "there are no instances" },
  "discover-instances": { absent: "there are no instances" },
  "settle-instances": { absent: "there are no instances" },
};
