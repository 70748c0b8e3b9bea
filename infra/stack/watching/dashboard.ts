import { ArnFormat, Duration, Stack } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { MetricName } from "../../../shared/lambda/measures.ts";
import { METER_SERVICE } from "../../../shared/lambda/meter.ts";
import { VigilFunction } from "../constructs/function.ts";
import { resourceName } from "../constructs/names.ts";
import type { Foundation } from "../foundation.ts";

interface Watched {
  /** Names of alarms. */
  readonly alarms: readonly string[];
  readonly queues: readonly sqs.Queue[];
  readonly dead: readonly sqs.Queue[];
}

/** A row of three graphs for each project: its nights, its coverage, its calls. */
const graphs: readonly {
  readonly title: string;
  readonly statistic: string;
  readonly names: readonly MetricName[];
  readonly right?: readonly MetricName[];
}[] = [
  {
    title: "slots",
    statistic: "Sum",
    names: ["SlotsPlanned", "SlotsSettled", "SlotsFailed", "SlotsStuck"],
  },
  {
    title: "coverage and pruning",
    statistic: "Maximum",
    names: ["SlotsLate", "ObjectivesMissed", "BackupsPaused", "PlansWaiting"],
    right: ["OldestUncovered"],
  },
  {
    title: "backups in pruning plans",
    statistic: "Sum",
    names: ["BackupsKept", "BackupsExpired", "BackupsRefused"],
  },
  {
    title: "calls of the provider",
    statistic: "Sum",
    names: ["ApiCalls", "ApiErrors", "ApiThrottles"],
    right: ["ApiLatency"],
  },
];

/** One page for those who are called at night: alarms first, then each project, then the machinery. */
export function addDashboard(foundation: Foundation, { alarms, queues, dead }: Watched): void {
  const functions = foundation.node.findAll().filter((construct) => construct instanceof VigilFunction);
  const dashboard = new cloudwatch.Dashboard(foundation, "Dashboard", {
    dashboardName: resourceName(foundation, "dashboard", "nights"),
    defaultInterval: Duration.days(3),
  });
  dashboard.addWidgets(
    new cloudwatch.AlarmStatusWidget({
      ...{ title: "Alarms", width: 24, height: 6 },
      alarms: alarms.map((name) => byName(foundation, name)),
    }),
  );
  for (const { name } of foundation.estate.projects) {
    dashboard.addWidgets(...graphs.map((graph) => projectGraph(name, graph)));
  }
  const period = { period: Duration.minutes(5) };
  dashboard.addWidgets(
    new cloudwatch.GraphWidget({
      title: "Messages waiting",
      width: 8,
      left: queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible(period)),
      right: dead.map((queue) => queue.metricApproximateNumberOfMessagesVisible(period)),
    }),
    new cloudwatch.GraphWidget({
      title: "Functions: errors",
      width: 8,
      left: functions.map(({ handler }) => handler.metricErrors(period)),
    }),
    new cloudwatch.GraphWidget({
      title: "Functions: longest run",
      width: 8,
      left: functions.map(({ handler }) => handler.metricDuration({ ...period, statistic: "Maximum" })),
    }),
  );
}

/** By its name rather than as a resource: the page shows an alarm, it does not depend on it. */
function byName(scope: Foundation, name: string): cloudwatch.IAlarm {
  const arn = Stack.of(scope).formatArn({
    ...{ service: "cloudwatch", resource: "alarm", resourceName: name },
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return cloudwatch.Alarm.fromAlarmArn(scope, `Shown-${name}`, arn);
}

function projectGraph(project: string, { title, statistic, names, right }: (typeof graphs)[number]) {
  const series = (name: MetricName, of = statistic) =>
    projectMetric(project, name, { statistic: of, period_minutes: 15 });
  return new cloudwatch.GraphWidget({
    title: `${project}: ${title}`,
    width: 6,
    left: names.map((name) => series(name)),
    ...(right && { right: right.map((name) => series(name, name === "ApiLatency" ? "p95" : statistic)) }),
  });
}

const NAMESPACE = "Vigil";

/** A project's series of one metric, from all functions together. */
export function projectMetric(
  project: string,
  metricName: MetricName,
  { statistic, period_minutes }: { readonly statistic: string; readonly period_minutes: number },
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { service: METER_SERVICE, project },
    statistic,
    period: Duration.minutes(period_minutes),
  });
}
