import type { PlantedFault } from "./fault.ts";

/** Mistakes in deleting. */
export const pruneFaults: readonly PlantedFault[] = [
  {
    name: "failed-is-good",
    does: "counts failed backups as good ones",
    file: "shared/prune/resources.ts",
    from: 'if (standingOf(backup) !== "good") continue;',
    to: "",
  },
  {
    name: "own-by-name",
    does: "takes a backup for ours because of its name, without a record of it",
    file: "shared/prune/ownership.ts",
    from: 'return backup.checkpoint_id && own.has(backup.checkpoint_id) ? "own" : "manual";',
    to: 'return backup.name.startsWith("vigil-") ? "own" : "manual";',
  },
  {
    name: "ignore-stop-flag",
    does: "does not heed the stop flag before a deletion",
    file: "functions/prune-vault/delete-one.ts",
    from: "if (control.stop || control.resumes !== resumes) {",
    to: "if (false) {",
  },
  {
    name: "ignore-holds",
    does: "deletes what is on hold",
    file: "shared/control/hold.ts",
    from: "return holds.find(({ target, whole }) => names.has(target) || (whole !== null && names.has(whole)));",
    to: "return undefined;",
  },
  {
    name: "no-floor",
    does: "lets a resource lose its last good backup",
    file: "shared/prune/floor.ts",
    from: "if (kept >= minimum) break;",
    to: "break;",
  },
  {
    name: "no-pause",
    does: "prunes a resource whose newest good backup is too old",
    file: "shared/prune/decide.ts",
    from: 'until_ms - newest_ms < objective_ms ? undefined : "rpo-breached"',
    to: "until_ms - newest_ms < objective_ms ? undefined : undefined",
  },
  {
    name: "one-too-few",
    does: "keeps one backup fewer than max_backups",
    file: "shared/retention/rules.ts",
    from: "if (rank++ < this.#policy.max_backups)",
    to: "if (++rank < this.#policy.max_backups)",
  },
  {
    name: "delete-shared",
    does: "does not ask whether somebody else was given the backup",
    file: "functions/prune-vault/delete-one.ts",
    from: "if (!canBeShared(backup)) return { backup };",
    to: "return { backup };",
  },
  {
    name: "accepted-is-gone",
    does: "takes the provider's 204 for the end of a backup",
    file: "functions/prune-vault/delete-one.ts",
    from: 'return { state: "requested", code: null, note: null };',
    to: 'return { state: "gone", code: null, note: null };',
  },
];
