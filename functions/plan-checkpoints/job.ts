import { checkpointDue } from "../../events/checkpoint-due.ts";
import type { nightDue } from "../../events/night-due.ts";
import { planNight } from "../../shared/checkpoints/plan-night.ts";
import { projectOf, ruleOf } from "../../shared/estate/find.ts";
import type { Deps } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import { measuresOf } from "../../shared/lambda/measures.ts";
import { definition } from "./definition.ts";

/** Plans the night that a schedule says is due. */
export async function planCheckpoints(
  due: ReturnType<typeof nightDue.parse>,
  { estate, ledger, queueOf, clock, deployment, provider }: Deps<typeof definition>,
) {
  const project = projectOf(estate, due.project);
  const rule = ruleOf(project, due.rule);
  const client = await provider(project);
  const { night, fresh } = await planNight(
    {
      ...{ ledger, clock, deployment, queue: queueOf(checkpointDue) },
      vaults: (unreadable) => client.listVaults.all({}, { unreadable }),
    },
    { project, rule, scheduled_at: due.scheduled_at, late: false },
  );
  return {
    project: project.name,
    rule: rule.name,
    night: night.scheduled_at,
    selected: night.selected,
    skipped: night.skipped,
    fresh,
  };
}

type Planned = Awaited<ReturnType<typeof planCheckpoints>>;

/** A night counts once, however often its schedule fires. */
export const measure = ({ project, selected, skipped, fresh }: Planned) =>
  fresh ? measuresOf(project, { SlotsPlanned: selected, SlotsSkipped: skipped }) : [];

export const implementation = implement(definition, planCheckpoints, { measure });
