import { type Measure, measuresOf } from "../../shared/runtime/measures.ts";
import type { Pruned } from "./job.ts";

/** A plan counts once, when it is written; its slices add nothing. */
export function measure({ planned }: Pruned): Measure[] {
  if (!planned) return [];
  const { project, kept, deletes, refused, needs_approval } = planned;
  const all = Object.values(refused).reduce((sum, count) => sum + count, 0);
  return measuresOf(project, {
    BackupsKept: kept,
    BackupsExpired: deletes,
    BackupsRefused: all,
    BackupsPaused: refused["rpo-breached"] ?? 0,
    PlansWaiting: needs_approval === null ? 0 : 1,
  });
}
