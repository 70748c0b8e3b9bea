/**
 * List prices in US dollars, region us-east-1, without free tiers. Source: the pricing page of each service at
 * aws.amazon.com/<service>/pricing, as of the date below; regions differ by up to a quarter.
 */
export const PRICES_AS_OF = "2025-11";

const million = 1_000_000;

export const prices = {
  /** AWS Lambda, arm64: a GB of memory for a second, and a request. */
  lambda_gb_second: 0.000_013_333_4,
  lambda_request: 0.2 / million,
  /** Amazon SQS, standard queues: a request, batches of up to ten messages and 64 KB count once. */
  sqs_request: 0.4 / million,
  /** Amazon DynamoDB on demand, standard table class: a write unit is 1 KB, a read unit 4 KB read consistently. */
  dynamodb_write_unit: 0.625 / million,
  dynamodb_read_unit: 0.125 / million,
  /** Amazon SNS: a publish. */
  sns_publish: 0.5 / million,
  /** Amazon S3: a PUT. */
  s3_put: 5 / million,
  /** AWS Secrets Manager: a secret for a month, and a call. */
  secret_month: 0.4,
  secrets_call: 5 / million,
  /** EventBridge Scheduler: an invocation. */
  schedule_firing: 1 / million,
  /** Amazon CloudWatch: a GB of log lines taken in, a custom metric, an alarm, for a month. */
  log_gb: 0.5,
  metric_month: 0.3,
  alarm_month: 0.1,
  /** AWS KMS: a key for a month. */
  key_month: 1,
} as const;
