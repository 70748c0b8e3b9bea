import { type Measure, measuresOf } from "../../shared/runtime/measures.ts";
import type { settleCheckpoints } from "./job.ts";

type Results = Awaited<ReturnType<typeof settleCheckpoints>>;

/** Every run says how each project stands, with 0 where all is well: that nothing is said is itself a reason for an alarm. */
export function measure(results: Results): Measure[] {
  return Object.entries(results).flatMap(([project, result]) =>
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
}
