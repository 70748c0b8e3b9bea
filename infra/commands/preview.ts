import pc from "picocolors";
import { readNow } from "../../shared/retention/refusal.ts";
import { runCommand } from "./fail.ts";
import { type PreviewArguments, readArguments } from "./preview/arguments.ts";
import { readPolicyFile } from "./preview/backups-file.ts";
import { calendarPicture } from "./preview/calendar-picture.ts";
import { forecast } from "./preview/comparison.ts";
import { type Comparison, comparisonJson, comparisonText } from "./preview/comparison-text.ts";
import { readLive } from "./preview/live.ts";
import { type Decide, isKept, type PlannedBackup, planBackups } from "./preview/retention.ts";
import { readFiles, type Subject } from "./preview/subject.ts";
import { decisionList, freed, resourceSummary } from "./preview/summary.ts";
import { LocalTime } from "./preview/table.ts";

await runCommand(async () => {
  const asked = readArguments(process.argv);
  const { source } = asked;
  const subject = "project" in source ? await readLive(source) : readFiles(source);
  const planned = planBackups(subject.backups, subject.retention.decide, subject.now);
  const comparison = compare(asked, subject);
  const lines = asked.json
    ? forMachines(planned, comparison)
    : forPeople(subject, planned, comparison, asked.all);
  process.stdout.write(`${lines.join("\n")}\n`);
});

function compare(
  { compare: asked }: PreviewArguments,
  { backups, retention, under, now }: Subject,
): Comparison | undefined {
  if (!asked) return undefined;
  const { days, every_hours } = asked;
  const now_ms = readNow(now);
  const departures = (decide: Decide) => forecast({ backups, decide, now_ms, days, every_hours });
  return {
    names: [retention.name, asked.policy],
    days,
    every_hours,
    backups,
    departures: [departures(retention.decide), departures(under(readPolicyFile(asked.policy)))],
  };
}

function forMachines(planned: readonly PlannedBackup[], comparison: Comparison | undefined): string[] {
  const decisions = JSON.stringify(planned.map(({ decision }) => decision));
  return comparison ? [comparisonJson(comparison), decisions] : [decisions];
}

function forPeople(
  { about, retention, now }: Subject,
  planned: readonly PlannedBackup[],
  comparison: Comparison | undefined,
  all: boolean,
): string[] {
  const local = new LocalTime(retention.timezone);
  const kept = planned.filter(isKept);
  const expired = planned.filter((one) => !isKept(one));
  return [
    ...about,
    `At ${local.text(readNow(now))} (${local.zone}), of ${planned.length} backups: ${pc.green(`${kept.length} kept`)}, ${pc.red(`${expired.length} expired`)}.`,
    retention.keepsAll
      ? `Everything is kept: ${retention.keepsAll}.`
      : `Deleting what expired frees ${freed(expired.map(({ backup }) => backup))}: backups are incremental, so this is an upper bound.`,
    "Retention only: who owns a backup, holds and floors are not looked at, and nothing is touched.",
    "",
    ...calendarPicture(planned, local),
    "",
    ...resourceSummary(planned, local, all),
    "",
    ...decisionList(`Expired: ${expired.length}`, expired, local, all),
    "",
    ...decisionList(`Kept: ${kept.length}`, kept, local, all),
    ...(comparison ? ["", ...comparisonText(comparison, local, all)] : []),
  ];
}
