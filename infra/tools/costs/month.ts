import { noUsage, sumUsage, type Usage } from "./count.ts";
import { prices } from "./prices.ts";

/** What was counted: a whole cycle of some vaults, and an hour in which nothing is to be done. */
export interface Counted {
  readonly vaults: number;
  readonly cycle: Usage;
  readonly cycle_hours: number;
  readonly idleHour: Usage;
}

/** What is there all month, whatever happens. */
export interface FixedResources {
  readonly secrets: number;
  readonly metrics: number;
  readonly alarms: number;
  readonly keys: number;
  /** Queues that a function works on. */
  readonly workedQueues: number;
}

const nights = 30;
const month_hours = 24 * nights;
/** Lambda keeps at least five pollers on a queue, each asking for up to 20 seconds. */
const pollsPerQueue = (5 * month_hours * 3600) / 20;

/**
 * A month of so many vaults, from two cycles of different size: usage of a cycle = a + b × vaults; a month = 30 cycles,
 * the idle hours between them, and the polls of the queues.
 */
export function monthOf(vaults: number, small: Counted, large: Counted, fixed: FixedResources): Usage {
  const slope = sumUsage([
    [large.cycle, 1 / (large.vaults - small.vaults)],
    [small.cycle, -1 / (large.vaults - small.vaults)],
  ]);
  const cycle = sumUsage([
    [small.cycle, 1],
    [slope, vaults - small.vaults],
  ]);
  const idle_hours = month_hours - nights * small.cycle_hours;
  return sumUsage([
    [atLeastNothing(cycle), nights],
    [small.idleHour, idle_hours],
    [{ sqs_requests: pollsPerQueue * fixed.workedQueues }, 1],
  ]);
}

/** Two measured cycles differ by chance, too: nothing costs less than nothing. */
function atLeastNothing(usage: Usage): Usage {
  return sumUsage([[{ ...noUsage, ...mapUsage(usage, (value) => Math.max(0, value)) }, 1]]);
}

function mapUsage(usage: Usage, change: (value: number) => number): Partial<Usage> {
  return Object.fromEntries(Object.entries(usage).map(([name, value]) => [name, change(value)]));
}

const gb = 1024 ** 3;

/** Dollars a month, line by line. */
export function costOf(usage: Usage, fixed: FixedResources): Readonly<Record<string, number>> {
  return {
    "Lambda: GB-seconds": usage.gb_seconds * prices.lambda_gb_second,
    "Lambda: requests": usage.invocations * prices.lambda_request,
    "SQS: requests and polls": usage.sqs_requests * prices.sqs_request,
    "DynamoDB: writes": usage.dynamodb_write_units * prices.dynamodb_write_unit,
    "DynamoDB: reads": usage.dynamodb_read_units * prices.dynamodb_read_unit,
    "SNS, S3, Scheduler":
      usage.sns_publishes * prices.sns_publish +
      usage.s3_puts * prices.s3_put +
      usage.schedule_firings * prices.schedule_firing,
    "Secrets Manager": usage.secrets_calls * prices.secrets_call + fixed.secrets * prices.secret_month,
    "CloudWatch: logs": (usage.log_bytes / gb) * prices.log_gb,
    "CloudWatch: metrics and alarms": fixed.metrics * prices.metric_month + fixed.alarms * prices.alarm_month,
    KMS: fixed.keys * prices.key_month,
  };
}
