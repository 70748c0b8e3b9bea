import { checkpointDue } from "../../events/checkpoint-due.ts";
import type { settleDue } from "../../events/settle-due.ts";
import type { Deps } from "../../shared/runtime/deps.ts";
import { implement } from "../../shared/runtime/implement.ts";
import { measuresOf } from "../../shared/runtime/measures.ts";
import { clear, raise } from "../../shared/work/alert.ts";
import { catchUp } from "./catch-up.ts";
import { definition } from "./definition.ts";
import { type Settled, settleProject } from "./settle-project.ts";

/** Settles every project of the estate, each on its own: one with wrong credentials fails loudly and alone. */
export async function settleCheckpoints(
  _due: ReturnType<typeof settleDue.parse>,
  deps: Deps<typeof definition>,
): Promise<Record<string, (Settled & { madeUp: string[] }) | "failed">> {
  const surroundings = { ...deps, queue: deps.queueOf(checkpointDue) };
  const results: Record<string, (Settled & { madeUp: string[] }) | "failed"> = {};
  for (const project of surroundings.estate.projects) {
    const { ledger, publisher, clock } = surroundings;
    const told = { ledger, publisher, now_ms: clock.now() };
    const alert = { project: project.name, subject: dayOf(clock.now()), cause: "project-unreachable" };
    try {
      const provider = await surroundings.provider(project);
      const madeUp = await catchUp({ ...surroundings, provider }, project);
      results[project.name] = { ...(await settleProject({ ...surroundings, provider }, project)), madeUp };
      await clear(told, { ...alert, text: `Project ${project.name} can be settled again.` });
    } catch (error) {
      surroundings.report(project, error);
      results[project.name] = "failed";
      const why = error instanceof Error ? error.message : String(error);
      await raise(told, { ...alert, text: `Project ${project.name} could not be settled: ${why}` });
    }
  }
  return results;
}

const dayOf = (now_ms: number) => new Date(now_ms).toISOString().slice(0, 10);

type Results = Awaited<ReturnType<typeof settleCheckpoints>>;

/** Every run says how each project stands, with 0 where all is well: that nothing is said is itself a reason for an alarm. */
export const measure = (results: Results) =>
  Object.entries(results).flatMap(([project, result]) =>
    result === "failed"
      ? measuresOf(project, { ProjectsSettled: 0, ProjectsFailed: 1 })
      : measuresOf(project, {
          ProjectsSettled: 1,
          ProjectsFailed: 0,
          SlotsSettled: result.settled,
          SlotsFailed: result.failed,
          SlotsStuck: result.stuck,
          SlotsOpen: result.open,
          SlotsLate: result.late,
          NightsEmpty: result.empty,
          NightsMadeUp: result.madeUp.length,
        }),
  );

export const implementation = implement(definition, settleCheckpoints, { measure });
