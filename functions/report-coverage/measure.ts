import { type Measure, measuresOf } from "../../shared/runtime/measures.ts";
import type { reportCoverage } from "./job.ts";

type Reported = Awaited<ReturnType<typeof reportCoverage>>;

/** A report that could not be read to its end does not count: silence is what is alarmed on. */
export function measure({ projects }: Reported): Measure[] {
  return projects.flatMap(({ name, complete, objectives_missed, oldest_uncovered_hours }) =>
    measuresOf(name, {
      ReportsWritten: complete ? 1 : 0,
      ObjectivesMissed: objectives_missed,
      OldestUncovered: oldest_uncovered_hours,
    }),
  );
}
