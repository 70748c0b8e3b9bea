import pc from "picocolors";
import { readNow } from "../../shared/retention/now.ts";
import { keepsEverything } from "../../shared/retention/plan.ts";
import { parseRetentionPolicy, type RetentionPolicy } from "../../shared/retention/policy.ts";
import { CommandFailure, runCommand } from "./fail.ts";
import { type PreviewArguments, readArguments } from "./preview/arguments.ts";
import { type FileBackup, readBackupsFile } from "./preview/backups-file.ts";
import { calendarPicture } from "./preview/calendar-picture.ts";
import { forecast } from "./preview/comparison.ts";
import { type Comparison, comparisonJson, comparisonText } from "./preview/comparison-text.ts";
import { readJson } from "./preview/json-file.ts";
import { LocalTime } from "./preview/local-time.ts";
import { isKept, type PlannedBackup, planBackups } from "./preview/planned.ts";
import { decisionList, freed, resourceSummary } from "./preview/summary.ts";

await runCommand(() => {
  const asked = readArguments(process.argv);
  const policy = readPolicyFile(asked.policy);
  const backups = readBackupsFile(asked.backups);
  const planned = planBackups(backups, policy, asked.now);
  const comparison = compare(asked, policy, backups);
  const lines = asked.json ? forMachines(planned, comparison) : forPeople(asked, policy, planned, comparison);
  process.stdout.write(`${lines.join("\n")}\n`);
});

function readPolicyFile(file: string): RetentionPolicy {
  const content = readJson(file, "the policy file");
  try {
    return parseRetentionPolicy(content);
  } catch (error) {
    throw new CommandFailure(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

function compare(
  { policy: name, now, compare: asked }: PreviewArguments,
  policy: RetentionPolicy,
  backups: readonly FileBackup[],
): Comparison | undefined {
  if (!asked) return undefined;
  const { days, every_hours } = asked;
  const other = readPolicyFile(asked.policy);
  const departuresUnder = (rules: RetentionPolicy) =>
    forecast({ backups, policy: rules, now_ms: readNow(now), days, every_hours });
  return {
    names: [name, asked.policy],
    days,
    every_hours,
    backups,
    departures: [departuresUnder(policy), departuresUnder(other)],
  };
}

function forMachines(planned: readonly PlannedBackup[], comparison: Comparison | undefined): string[] {
  const decisions = JSON.stringify(planned.map(({ decision }) => decision));
  return comparison ? [comparisonJson(comparison), decisions] : [decisions];
}

function forPeople(
  { now, all }: PreviewArguments,
  policy: RetentionPolicy,
  planned: readonly PlannedBackup[],
  comparison: Comparison | undefined,
): string[] {
  const local = new LocalTime(policy.timezone);
  const kept = planned.filter(isKept);
  const expired = planned.filter((one) => !isKept(one));
  return [
    `At ${local.text(readNow(now))} (${local.zone}), of ${planned.length} backups: ${pc.green(`${kept.length} kept`)}, ${pc.red(`${expired.length} expired`)}.`,
    keepsEverything(policy)
      ? "Everything is kept: neither max_backups nor retention_duration_days is in force, whatever the tiers say."
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
