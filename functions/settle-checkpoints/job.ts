import { checkpointDue } from "../../events/checkpoint-due.ts";
import type { settleDue } from "../../events/settle-due.ts";
import { noteRules } from "../../shared/checkpoints/rule-history.ts";
import type { Deps } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import { type Measure, measuresOf } from "../../shared/lambda/measures.ts";
import { eachProject } from "../../shared/work/each-project.ts";
import { undeliveredByProject } from "../../shared/work/undelivered.ts";
import { catchUp } from "./catch-up.ts";
import { definition } from "./definition.ts";
import { type ProjectSettlement, settleProject } from "./settle-project.ts";

/** What one run did for one project, and the nights of it that were backfilled. */
type ProjectSettled = ProjectSettlement & { readonly backfilled: readonly string[] };

/**
 * Settles every project of the estate, each on its own, after it has sent again what the notification topic did not take
 * before. The measures of a project are written as soon as its turn is over.
 */
export async function settleCheckpoints(
  _due: ReturnType<typeof settleDue.parse>,
  deps: Deps<typeof definition>,
): Promise<Record<string, ProjectSettled | "failed">> {
  const { ledger, clock, publisher, estate, measureNow } = deps;
  await publisher.deliverAgain?.();
  const results = await eachProject(
    deps,
    "project-unreachable",
    async (project, signal) => {
      // Before anything that may fail: an edit that nobody saw would look like a night that was missed.
      const since_ms = await noteRules(ledger, project, clock.now());
      const provider = await deps.provider(project, signal);
      const inProject = { ...deps, queue: deps.queueOf(checkpointDue), provider };
      const backfilled = await catchUp(inProject, project, since_ms);
      return { ...(await settleProject(inProject, project)), backfilled };
    },
    (project, result) => measureNow(measure(project.name, result)),
  );
  const undelivered = await undeliveredByProject(ledger);
  for (const { name } of estate.projects) {
    measureNow(measuresOf(name, { NotificationsUndelivered: undelivered.get(name) ?? 0 }));
  }
  return results;
}

/** Every run says how each project stands, with 0 where all is well: that nothing is said is itself a reason for an alarm. */
function measure(project: string, result: ProjectSettled | "failed"): Measure[] {
  if (result === "failed") return measuresOf(project, { ProjectsSettled: 0, ProjectsFailed: 1 });
  return measuresOf(project, {
    ProjectsSettled: 1,
    ProjectsFailed: 0,
    SlotsSettled: result.settled,
    SlotsFailed: result.failed,
    SlotsStuck: result.stuck,
    SlotsOpen: result.open,
    SlotsLate: result.late,
    NightsEmpty: result.empty,
    NightsBackfilled: result.backfilled.length,
  });
}

export const implementation = implement(definition, settleCheckpoints);
