import type { nightDue } from "../../events/night-due.ts";
import type { Client } from "../../shared/api/client.ts";
import { planNight } from "../../shared/checkpoints/plan-night.ts";
import type { Estate, Project } from "../../shared/estate/estate.ts";
import { projectOf, ruleOf } from "../../shared/estate/find.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import type { Queue } from "../../shared/queue/queue.ts";
import type { Clock } from "../../shared/runtime/clock.ts";
import type { operations } from "./operations.ts";

interface Surroundings {
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly deployment: string;
  readonly provider: (project: Project) => Promise<Client<typeof operations>>;
}

/** Plans the night that a schedule says is due. */
export async function planCheckpoints(
  due: ReturnType<typeof nightDue.parse>,
  { estate, ledger, queue, clock, deployment, provider }: Surroundings,
) {
  const project = projectOf(estate, due.project);
  const rule = ruleOf(project, due.rule);
  const client = await provider(project);
  const { night, fresh } = await planNight(
    {
      ...{ ledger, queue, clock, deployment },
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
