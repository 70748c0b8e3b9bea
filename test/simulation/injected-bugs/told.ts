import type { InjectedBug } from "./bug.ts";

/** Mistakes in what people are told and what alarms ring by. */
export const toldFaults: readonly InjectedBug[] = [
  {
    name: "summary-counts-all",
    does: "tells of every vault that was to be covered that it has its checkpoint",
    file: "shared/report/night.ts",
    from: "available: available.length,",
    to: "available: chosen.length,",
  },
  {
    name: "goals-always-met",
    does: "says that a night's goals are met although a vault has no checkpoint",
    file: "shared/report/night.ts",
    from: "goalsMet: chosen.length > 0 && available.length === chosen.length && late.length === 0,",
    to: "goalsMet: chosen.length > 0,",
  },
  {
    name: "skipped-unnamed",
    does: "does not name the vaults that a night has skipped",
    file: "functions/settle-checkpoints/settle-project.ts",
    from: "const skipped = summary.skipped.map(",
    to: "const skipped = summary.skipped.slice(0, 0).map(",
  },
  {
    name: "failed-unmeasured",
    does: "measures no slot that failed, so that no alarm rings",
    file: "functions/settle-checkpoints/job.ts",
    from: "SlotsFailed: result.failed,",
    to: "SlotsFailed: 0,",
  },
  {
    name: "settled-again-counts-again",
    does: "measures a failed slot in every run while its night is open",
    file: "functions/settle-checkpoints/settle-project.ts",
    from: "const failed = ended.filter((slot) => !isAvailable(slot)).length;",
    to: "const failed = after.filter((slot) => !isOpen(slot.work) && !isAvailable(slot)).length;",
  },
];

/** Mistakes that show only in what later generations of the world play. */
export const laterFaults: readonly InjectedBug[] = [
  {
    name: "unknown-status-is-an-end",
    does: "takes a status that no document names for the end of a task",
    file: "shared/checkpoints/settle-slot.ts",
    from: "return undecided(`the status",
    to: 'return { is: "ended", failure: { code: task.status, reason: "", final: false } }; return undecided(`the status',
    world: 4,
  },
];
