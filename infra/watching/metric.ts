import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { MetricName } from "../../shared/runtime/measures.ts";
import { METER_SERVICE } from "../../shared/runtime/meter.ts";

export const NAMESPACE = "Vigil";

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
