import { definition as planning } from "../../../../functions/plan-checkpoints/definition.ts";
import { measure as measurePlanned, planCheckpoints } from "../../../../functions/plan-checkpoints/job.ts";
import { definition as settling } from "../../../../functions/settle-checkpoints/definition.ts";
import { settleCheckpoints } from "../../../../functions/settle-checkpoints/job.ts";
import { nightsOf } from "../../../../shared/checkpoints/night.ts";
import { implement } from "../../../../shared/lambda/implement.ts";
import { createActivity } from "../../night/activity.ts";
import type { Overrides } from "../../night/deploy.ts";
import type { Stage } from "../../night/stage.ts";

/** Settling is played while something is open. */
export function overrideCheckpoints(stage: Stage): Overrides {
  const activity = createActivity(stage);
  return {
    "plan-checkpoints": {
      implementation: implement(
        planning,
        (due, deps) => {
          activity.begun();
          return planCheckpoints(due, deps);
        },
        { measure: measurePlanned },
      ),
    },
    // More at once than the small rates of a stage would give: what they do to each other is what is played.
    "create-checkpoint": { maximumConcurrency: 4 },
    "settle-checkpoints": {
      isIdle: activity.isIdle,
      implementation: implement(settling, async (due, deps) => {
        const settled = await settleCheckpoints(due, deps);
        const idle = Object.values(settled).every(
          (one) => one !== "failed" && one.open + one.closed + one.backfilled.length === 0,
        );
        if (idle && !(await hasOpen(stage))) activity.ended();
        return settled;
      }),
    },
  };
}

/** A night is settled, or begun again if its planner has died, by the next run: the index may not show it yet. */
async function hasOpen({ estate, ledger }: Stage): Promise<boolean> {
  for (const { name } of estate.projects) {
    for await (const { value } of nightsOf(ledger.table, name)) if (value.state !== "closed") return true;
  }
  return false;
}
