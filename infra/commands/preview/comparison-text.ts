import pc from "picocolors";
import { type FileBackup, resourceName, resourceSize_gb } from "./backups-file.ts";
import type { Departures } from "./comparison.ts";
import { freed, more } from "./summary.ts";
import { type LocalTime, table } from "./table.ts";

const MAX_LISTED = 30;

/** Two policies side by side over the next days. */
export interface Comparison {
  readonly names: readonly [string, string];
  readonly days: number;
  readonly every_hours: number;
  readonly backups: readonly FileBackup[];
  readonly departures: readonly [Departures, Departures];
}

/** The comparison for people: day by day, then each backup that the two policies treat differently. */
export function comparisonText(comparison: Comparison, local: LocalTime, all: boolean): string[] {
  const { names, days, every_hours, departures } = comparison;
  return [
    pc.bold(`The next ${days} days, one run a day`),
    `A = ${names[0]}`,
    `B = ${names[1]}`,
    every_hours === 0
      ? "No new backups are expected (--every 0)."
      : `Expected: resources backed up lately go on with one good backup every ${every_hours} hours (--every).`,
    "",
    ...perDay(departures, local),
    "",
    `Freed by A: ${freed([...departures[0].keys()])}; by B: ${freed([...departures[1].keys()])}.`,
    "Sizes are those of the protected resources. Backups are incremental: what is freed is at most that.",
    "",
    ...differences(comparison, local, all),
  ];
}

function perDay([first, second]: Comparison["departures"], local: LocalTime): string[] {
  const runs = [...new Set([...first.values(), ...second.values()])].toSorted((a, b) => a - b);
  if (runs.length === 0) return ["Under neither policy does any backup go."];
  const at = (departures: Departures, run_ms: number) =>
    [...departures].filter(([, time_ms]) => time_ms === run_ms).map(([backup]) => backup);
  const rows = runs.map((run_ms) => {
    const [a, b] = [at(first, run_ms), at(second, run_ms)];
    return [local.text(run_ms), a.length, freed(a), b.length, freed(b)];
  });
  return table(["run", "A deletes", "A frees", "B deletes", "B frees"], rows, ["A deletes", "B deletes"]);
}

function differences(
  { backups, departures: [first, second] }: Comparison,
  local: LocalTime,
  all: boolean,
): string[] {
  const different = backups.filter((backup) => first.get(backup) !== second.get(backup));
  if (different.length === 0) return ["Both policies let the same backups go at the same time."];
  const shown = all ? different : different.slice(0, MAX_LISTED);
  const when = (time_ms: number | undefined) =>
    time_ms === undefined ? "stays" : `goes ${local.text(time_ms)}`;
  const rows = shown.map((backup) => [
    backup.created_at,
    resourceName(backup),
    backup.id,
    when(first.get(backup)),
    when(second.get(backup)),
  ]);
  return [
    pc.bold(`Differently treated: ${different.length} backups`),
    ...table(["created", "resource", "backup", "A", "B"], rows),
    ...more(different.length - shown.length, "backups"),
  ];
}

/** The comparison for machines; times are ISO, null where a backup stays. */
export function comparisonJson({ names, days, every_hours, backups, departures }: Comparison): string {
  const iso = (time_ms: number | undefined) =>
    time_ms === undefined ? null : new Date(time_ms).toISOString();
  const [first, second] = departures;
  const side = (policy: string, gone: Departures) => ({
    policy,
    deletes: gone.size,
    frees_at_most_gb: [...gone.keys()].reduce((sum, backup) => sum + (resourceSize_gb(backup) ?? 0), 0),
  });
  return JSON.stringify({
    days,
    every_hours,
    a: side(names[0], first),
    b: side(names[1], second),
    backups: backups
      .filter((backup) => first.has(backup) || second.has(backup))
      .map((backup) => ({ id: backup.id, a: iso(first.get(backup)), b: iso(second.get(backup)) })),
  });
}
