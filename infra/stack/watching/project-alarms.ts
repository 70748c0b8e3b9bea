import type { MetricName } from "../../../shared/lambda/measures.ts";

/** An alarm that every project has, on one of its metrics. */
export interface ProjectAlarm {
  /** Also the name of its section in docs/runbook.md. */
  readonly name: string;
  /** What has happened when it rings, in words. */
  readonly says: string;
  readonly metric: MetricName;
  readonly statistic: "Sum" | "Maximum";
  readonly rings: { readonly when: ">=" | "<"; readonly threshold: number };
  readonly period_minutes: number;
  /** How many periods are looked at, and in how many of them it must be so. */
  readonly periods: number;
  readonly of_them: number;
  /** Whether silence is itself the failure. */
  readonly silence: "breaching" | "notBreaching";
}

/** What settle-checkpoints says every five minutes: a quarter of an hour holds three of its words. */
const everyRun = { period_minutes: 15, periods: 1, of_them: 1, silence: "notBreaching" } as const;
/** What is said once a day stays in force until the next day's word. */
const daily = { period_minutes: 60, periods: 24, of_them: 1, silence: "notBreaching" } as const;
const any = { when: ">=", threshold: 1 } as const;

/** A project that throttles now and then is met by the rate budget; one that goes on for half an hour is not. */
const THROTTLED_CALLS = 20;

/** CloudWatch looks back a week at most. */
const LONGEST_LOOK_HOURS = 168;

/** `reportGap_hours` is the longest time between two morning reports. */
export function projectAlarms({ reportGap_hours }: { readonly reportGap_hours: number }): ProjectAlarm[] {
  const patience_hours = Math.min(LONGEST_LOOK_HOURS, reportGap_hours + 2);
  return [
    {
      ...{ name: "night-late", metric: "SlotsLate", statistic: "Maximum", rings: any, ...everyRun },
      says: "A night was not finished by its deadline: some vaults have no finished checkpoint.",
    },
    {
      ...{ name: "nothing-selected", metric: "NightsEmpty", statistic: "Maximum", rings: any, ...everyRun },
      says: "A night's rule selected no vault that can be backed up.",
    },
    {
      ...{ name: "night-missed", metric: "NightsBackfilled", statistic: "Sum", rings: any, ...everyRun },
      says: "A night's schedule did not fire; the night was backfilled later.",
    },
    {
      ...{ name: "checkpoints-failed", metric: "SlotsFailed", statistic: "Sum", rings: any, ...everyRun },
      says: "Vaults ended the night without a checkpoint.",
    },
    {
      ...{ name: "settling-silent", metric: "ProjectsSettled", statistic: "Sum" },
      rings: { when: "<", threshold: 1 },
      ...{ period_minutes: 15, periods: 2, of_them: 2, silence: "breaching" },
      says: "Nobody has looked after the project's checkpoints for half an hour.",
    },
    {
      ...{ name: "objective-missed", metric: "ObjectivesMissed", statistic: "Maximum", rings: any, ...daily },
      says: "Resources have no good backup younger than their recovery point objective.",
    },
    {
      ...{ name: "report-missing", metric: "ReportsWritten", statistic: "Sum" },
      rings: { when: "<", threshold: 1 },
      ...{ period_minutes: 60, periods: patience_hours, of_them: patience_hours },
      silence: "breaching",
      says: "The morning's coverage report was not written, or has gaps.",
    },
    {
      ...{ name: "pruning-paused", metric: "BackupsPaused", statistic: "Maximum", rings: any, ...daily },
      says: "Backups that could go are kept because their resource has no recent good backup.",
    },
    {
      ...{ name: "approval-waiting", metric: "PlansWaiting", statistic: "Maximum", rings: any, ...daily },
      says: "A pruning plan would delete more than the largest share and waits for an approval.",
    },
    {
      ...{ name: "throttled", metric: "ApiThrottles", statistic: "Sum" },
      rings: { when: ">=", threshold: THROTTLED_CALLS },
      ...{ period_minutes: 15, periods: 2, of_them: 2, silence: "notBreaching" },
      says: "The provider has refused calls for half an hour because there are too many.",
    },
  ];
}

/** Alarms of queues, which no project has alone. */
export const queueAlarms = {
  deadLetters: {
    name: "dead-letters",
    says: "Something could not be done and lies in a dead-letter queue.",
  },
  stalled: {
    name: "queue-stalled",
    says: "A message has waited for an hour: nobody works on the queue.",
  },
} as const;
