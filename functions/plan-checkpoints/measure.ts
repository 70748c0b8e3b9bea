import { type Measure, measuresOf } from "../../shared/runtime/measures.ts";
import type { planCheckpoints } from "./job.ts";

type Planned = Awaited<ReturnType<typeof planCheckpoints>>;

/** A night counts once, however often its schedule fires. */
export function measure({ project, selected, skipped, fresh }: Planned): Measure[] {
  return fresh ? measuresOf(project, { SlotsPlanned: selected, SlotsSkipped: skipped }) : [];
}
