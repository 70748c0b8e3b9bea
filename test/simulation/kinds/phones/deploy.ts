import { definition as backingUp } from "../../../../functions/back-up-phones/definition.ts";
import { backUpPhones } from "../../../../functions/back-up-phones/job.ts";
import { definition as settling } from "../../../../functions/settle-phones/definition.ts";
import { settlePhones } from "../../../../functions/settle-phones/job.ts";
import { implement, implementTogether } from "../../../../shared/lambda/implement.ts";
import type { Activity } from "../../night/activity.ts";
import type { Overrides } from "../../night/deploy.ts";
import type { Stage } from "../../night/stage.ts";

export const releaseQueue = backingUp.trigger.queue;

/** Settling is played while something is open: when nothing is, only a request can change that. */
export const overridePhones = (stage: Stage, activity: Activity): Overrides => ({
  "back-up-phones": {
    implementation: implementTogether(backingUp, (requests, deps) => {
      activity.begun();
      return backUpPhones(requests, deps);
    }),
  },
  "settle-phones": {
    isIdle: activity.isIdle,
    implementation: implement(settling, async (due, deps) => {
      const settled = await settlePhones(due, deps);
      const idle = Object.values(settled).every((one) => one !== "failed" && one.open + one.announced === 0);
      if (idle && stage.queues.get(releaseQueue)?.length === 0) activity.ended();
      return settled;
    }),
  },
});

/** Of an estate without phones. */
export const withoutPhones: Overrides = {
  "back-up-phones": { absent: "there are no phones" },
  "settle-phones": { absent: "there are no phones" },
};
