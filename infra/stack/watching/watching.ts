import { Duration, Stack } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Estate } from "../../../shared/estate/estate.ts";
import { awsCron } from "../../../shared/estate/schedule.ts";
import { scheduleTimes } from "../../local/schedules/times.ts";
import { resourceName } from "../constructs/names.ts";
import { WorkQueue } from "../constructs/work-queue.ts";
import type { Foundation } from "../foundation.ts";
import { addDashboard, projectMetric } from "./dashboard.ts";
import { type ProjectAlarm, projectAlarms, queueAlarms } from "./project-alarms.ts";

/** A message that nobody has worked on for so long, in seconds. */
const STALLED_S = 3600;

/** Alarms for every project and queue, told to the notification topic, and one dashboard. Comes last: it looks at what is there. */
export function addWatching(foundation: Foundation): void {
  letAlarmsPublish(foundation);
  const all = projectAlarms({ reportGap_hours: reportGap_hours(foundation.estate) });
  const alarms = foundation.estate.projects.flatMap(({ name }) =>
    all.map((alarm) => addProjectAlarm(foundation, name, alarm)),
  );
  const queues = foundation.node.findAll().filter((construct) => construct instanceof WorkQueue);
  const dead = [...queues.map(({ deadLetters }) => deadLetters), foundation.undelivered];
  alarms.push(
    ...dead.map((queue) => addQueueAlarm(foundation, queue, "deadLetters")),
    ...queues.map(({ queue }) => addQueueAlarm(foundation, queue, "stalled")),
  );
  addDashboard(foundation, { alarms, queues: queues.map(({ queue }) => queue), dead });
}

/** A topic with a policy of its own has lost the default one, by which alarms of the account may publish. */
function letAlarmsPublish({ notifications: { topic } }: Foundation): void {
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(topic).account } },
    }),
  );
}

/** What an alarm says: what has happened, where, and where to read what to do. */
const describe = (says: string, where: string, section: string) =>
  `${says} ${where}. What to do: docs/runbook.md#${section}`;

function addProjectAlarm(foundation: Foundation, project: string, alarm: ProjectAlarm): string {
  const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;
  const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
  const alarmName = resourceName(foundation, "alarm", alarm.name, [project]);
  ring(
    foundation,
    new cloudwatch.Alarm(foundation, `Alarm-${alarm.name}-${project}`, {
      alarmName,
      alarmDescription: describe(alarm.says, `Project ${project}`, alarm.name),
      metric: projectMetric(project, alarm.metric, alarm),
      comparisonOperator: alarm.rings.when === "<" ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: alarm.rings.threshold,
      evaluationPeriods: alarm.periods,
      datapointsToAlarm: alarm.of_them,
      treatMissingData: alarm.silence === "breaching" ? BREACHING : NOT_BREACHING,
    }),
  );
  return alarmName;
}

function addQueueAlarm(foundation: Foundation, queue: sqs.Queue, kind: keyof typeof queueAlarms): string {
  const { name, says } = queueAlarms[kind];
  const short = queue.node.path.split("/").slice(2).join("-");
  const watched = { period: Duration.minutes(5), statistic: "Maximum" };
  const metric =
    kind === "deadLetters"
      ? queue.metricApproximateNumberOfMessagesVisible(watched)
      : queue.metricApproximateAgeOfOldestMessage(watched);
  const alarmName = resourceName(foundation, "alarm", name, [short]);
  ring(
    foundation,
    new cloudwatch.Alarm(foundation, `Alarm-${name}-${short}`, {
      alarmName,
      alarmDescription: describe(says, `Queue ${short}`, name),
      metric,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: kind === "deadLetters" ? 1 : STALLED_S,
      evaluationPeriods: 1,
      // An empty queue that nobody uses says nothing, and that is well.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }),
  );
  return alarmName;
}

/** People are told when it begins and when it is over. */
function ring({ notifications }: Foundation, alarm: cloudwatch.Alarm): void {
  const action = new SnsAction(notifications.topic);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
}

const hour_ms = 3_600_000;
/** Any week has every weekday that a cron expression can name; a change of the clocks is in one of the years' weeks. */
const seen_days = 14;
const from_ms = Date.parse("2026-03-16T00:00:00Z");

/** The longest time between two morning reports, in whole hours. */
export function reportGap_hours({ report, projects }: Estate): number {
  const timeZone = report.schedule.timezone ?? projects[0]?.timezone ?? "UTC";
  const times = scheduleTimes(awsCron(report.schedule.cron), timeZone, from_ms);
  let longest_ms = 0;
  let last_ms = times.next(from_ms);
  while (last_ms !== undefined && last_ms < from_ms + seen_days * 24 * hour_ms) {
    const next_ms = times.next(last_ms);
    if (next_ms === undefined) break;
    longest_ms = Math.max(longest_ms, next_ms - last_ms);
    last_ms = next_ms;
  }
  return Math.ceil(longest_ms / hour_ms);
}
