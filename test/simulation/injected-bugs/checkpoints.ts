import type { InjectedBug } from "./bug.ts";

/** Mistakes in taking checkpoints. */
export const checkpointBugs: readonly InjectedBug[] = [
  {
    name: "retry-post-blindly",
    does: "lets the client repeat the POST of a checkpoint like any other call",
    file: "shared/api/operations/cbr/checkpoints.ts",
    from: "repeatable: false,",
    to: "repeatable: true,",
  },
  {
    name: "failed-look-up-finds-nothing",
    does: "takes a look-up that failed for one that found nothing",
    file: "shared/work/perform.ts",
    from: "(error: unknown) => ({ failure: failureOf(error) }),",
    to: "(error: unknown) => (failureOf(error), { found: undefined }),",
  },
  {
    name: "error-task-is-success",
    does: "settles a task that ended in error as a backup",
    file: "shared/checkpoints/settle-slot.ts",
    from: 'case "failed":',
    to: 'case "failed": if (task.backup_id) return { is: "covered", backup_id: task.backup_id };',
  },
  {
    name: "moved-list-lacks-tasks",
    does: "takes a task that a moving list does not show for one that was never started",
    file: "functions/settle-checkpoints/settle-project.ts",
    from: "complete: tasks.complete }",
    to: "complete: true }",
  },
  {
    name: "next-attempt-too-soon",
    does: "begins the next attempt while tasks of the last one are running",
    file: "shared/checkpoints/settle-slot.ts",
    from: 'if (end.is === "pending") pending.push(resource_id);',
    to: 'if (end.is === "pending") continue;',
  },
  {
    name: "forget-later-pages",
    does: "plans a night from the first page of the vaults",
    file: "functions/plan-checkpoints/job.ts",
    from: "vaults: (unreadable) => client.listVaults.all({}, { unreadable }),",
    to: "vaults: async function* () { for await (const { items } of client.listVaults.pages()) { yield* items; return; } },",
  },
  {
    name: "attempt-covers-all",
    does: "gives the next attempt all resources, not only those without a good backup",
    file: "functions/create-checkpoint/job.ts",
    from: "...((slot.named || attempt > 1) && { resources }),",
    to: "",
  },
  {
    name: "report-hides-failures",
    does: "leaves the reasons of what is missing out of the report",
    file: "shared/report/grid.ts",
    from: "if (failure) row.failures.push({ date, rule, scheduled_at, ...failure });",
    to: "",
  },
  {
    name: "report-counts-failed",
    does: "tells the time of a failed backup as a resource's newest good one",
    file: "shared/report/tally.ts",
    from: 'if (healthOf(backup) !== "good") return;',
    to: "",
  },
];
