import pc from "picocolors";
import { type FileBackup, resourceName, resourceSize_gb } from "./backups-file.ts";
import { isKept, type PlannedBackup } from "./retention.ts";
import { type LocalTime, table } from "./table.ts";

const MAX_RESOURCES = 20;
const MAX_LISTED = 30;

/** What becomes of each resource's backups; those that lose most come first. */
export function resourceSummary(planned: readonly PlannedBackup[], local: LocalTime, all: boolean): string[] {
  const resources = [...Map.groupBy(planned, ({ backup }) => backup.resource_id).values()]
    .map((backups) => ({ backups, kept: backups.filter(isKept) }))
    .toSorted((a, b) => b.backups.length - b.kept.length - (a.backups.length - a.kept.length));
  const shown = all ? resources : resources.slice(0, MAX_RESOURCES);
  const rows = shown.map(({ backups, kept }) => {
    const times = kept.map(({ time_ms }) => time_ms);
    const date = (time_ms: number) => (Number.isFinite(time_ms) ? local.text(time_ms) : "none");
    return [
      backups[0] ? resourceName(backups[0].backup) : "",
      backups.length,
      kept.length,
      backups.length - kept.length,
      date(Math.min(...times)),
      date(Math.max(...times)),
    ];
  });
  const numbers = ["backups", "kept", "expired"];
  return [
    pc.bold("Resources"),
    ...table(["resource", ...numbers, "oldest kept", "newest kept"], rows, numbers),
    ...more(resources.length - shown.length, "resources"),
  ];
}

/** Each backup of one kind with its reasons, newest first. */
export function decisionList(
  title: string,
  planned: readonly PlannedBackup[],
  local: LocalTime,
  all: boolean,
): string[] {
  if (planned.length === 0) return [];
  const sorted = planned.toSorted((a, b) => b.time_ms - a.time_ms);
  const shown = all ? sorted : sorted.slice(0, MAX_LISTED);
  const rows = shown.map((one) => [
    isKept(one) ? pc.green("●") : pc.red("○"),
    local.text(one.time_ms),
    resourceName(one.backup),
    one.backup.id,
    one.decision.reasons.join("; "),
  ]);
  return [
    pc.bold(title),
    ...table(["", "created", "resource", "backup", "why"], rows),
    ...more(sorted.length - shown.length, "backups"),
  ];
}

export function more(count: number, what: string): string[] {
  return count > 0 ? [pc.dim(`… and ${count} more ${what}; --all lists them`)] : [];
}

/** `up to 120 GB`: backups are incremental, so what a deletion frees is at most the size of what they protect. */
export function freed(backups: readonly FileBackup[]): string {
  const sizes = backups.map(resourceSize_gb);
  const known = sizes.filter((size) => size !== undefined);
  const unknown = sizes.length - known.length;
  const total = known.reduce((sum, size) => sum + size, 0);
  return `up to ${total} GB${unknown > 0 ? ` (and ${unknown} of unknown size)` : ""}`;
}
