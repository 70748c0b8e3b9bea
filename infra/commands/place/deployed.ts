import type { SNSClient } from "@aws-sdk/client-sns";
import { paginateListSubscriptionsByTopic } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { AwsClient } from "aws4fetch";
import * as z from "zod";
import { hostSuffix } from "../../../shared/publish/s3.ts";

interface DeployedQueue {
  readonly arn: string;
  /** Messages that nobody works on, approximately. */
  readonly waiting: number;
}

interface DeployedSchedule {
  /** ENABLED or DISABLED. */
  readonly state: string;
  readonly expression: string;
  readonly timezone: string;
}

interface DeployedMapping {
  readonly queueArn: string;
  /** Enabled, Disabled, or one of the states on the way there. */
  readonly state: string;
}

/** What AWS says of what is deployed. It only reads. Undefined: there is no such thing. Errors are AWS's, under their own names. */
export interface Deployed {
  queue(name: string): Promise<DeployedQueue | undefined>;
  schedule(name: string): Promise<DeployedSchedule | undefined>;
  /** The queues that a function works on. */
  mappings(functionName: string): Promise<DeployedMapping[]>;
  /** Invocations that are set apart for a function; undefined: none are, it shares the account's. */
  reserved(functionName: string): Promise<number | undefined>;
  /** Invocations that nothing has set apart, in the account and region. */
  unreserved(): Promise<number>;
  subscriptions(topicArn: string): Promise<{ readonly endpoint: string; readonly confirmed: boolean }[]>;
}

interface DeployedClients {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  /** Instead of AWS's own addresses. */
  readonly endpoint?: string | undefined;
}

const scheduleSchema = z.object({
  State: z.string(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default("UTC"),
});
const mappingsSchema = z.object({
  EventSourceMappings: z.array(z.object({ EventSourceArn: z.string(), State: z.string() })),
});
const concurrencySchema = z.object({ ReservedConcurrentExecutions: z.number().optional() });
const accountSchema = z.object({ AccountLimit: z.object({ UnreservedConcurrentExecutions: z.number() }) });
const errorSchema = z.object({ message: z.string().optional(), Message: z.string().optional() });

/** AWS refused a call; `name` is its own. */
class AwsRefusal extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Reads what is deployed. Lambda and Scheduler are asked by signed GETs: their SDKs would be dependencies for five reads. */
export function deployedAt({ sqs, sns, endpoint }: DeployedClients): Deployed {
  async function get<Schema extends z.ZodType>(service: string, path: string, schema: Schema) {
    const [region, credentials] = await Promise.all([sqs.config.region(), sqs.config.credentials()]);
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const client = new AwsClient({
      ...{ accessKeyId, secretAccessKey, service, region, retries: 3 },
      ...(sessionToken && { sessionToken }),
    });
    const base = endpoint?.replace(/\/$/, "") ?? `https://${service}.${region}.${hostSuffix(region)}`;
    const answer = await client.fetch(`${base}${path}`);
    const text = await answer.text();
    if (answer.ok) return schema.parse(JSON.parse(text));
    const [name = "Error"] = (answer.headers.get("x-amzn-errortype") ?? `Status${answer.status}`).split(":");
    if (name === "ResourceNotFoundException") return undefined;
    throw new AwsRefusal(name, refusalText(text) || `${service} answered ${answer.status}`);
  }
  const functions = (name: string) => `/2019-09-30/functions/${encodeURIComponent(name)}`;
  return {
    async queue(name) {
      try {
        const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
        const { Attributes: { QueueArn = "", ApproximateNumberOfMessages = "0" } = {} } = await sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl,
            AttributeNames: ["QueueArn", "ApproximateNumberOfMessages"],
          }),
        );
        return { arn: QueueArn, waiting: Number(ApproximateNumberOfMessages) };
      } catch (error) {
        if (error instanceof Error && error.name === "QueueDoesNotExist") return undefined;
        throw error;
      }
    },
    async schedule(name) {
      const found = await get("scheduler", `/schedules/${encodeURIComponent(name)}`, scheduleSchema);
      if (!found) return undefined;
      const { State, ScheduleExpression, ScheduleExpressionTimezone } = found;
      return { state: State, expression: ScheduleExpression, timezone: ScheduleExpressionTimezone };
    },
    async mappings(functionName) {
      const path = `/2015-03-31/event-source-mappings/?FunctionName=${encodeURIComponent(functionName)}`;
      const found = await get("lambda", path, mappingsSchema);
      const all = found?.EventSourceMappings ?? [];
      return all.map(({ EventSourceArn, State }) => ({ queueArn: EventSourceArn, state: State }));
    },
    async reserved(functionName) {
      const found = await get("lambda", `${functions(functionName)}/concurrency`, concurrencySchema);
      return found?.ReservedConcurrentExecutions;
    },
    async unreserved() {
      const found = await get("lambda", "/2016-08-19/account-settings/", accountSchema);
      return found?.AccountLimit.UnreservedConcurrentExecutions ?? 0;
    },
    async subscriptions(topicArn) {
      const pages = paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn });
      const all = (await Array.fromAsync(pages)).flatMap(({ Subscriptions = [] }) => Subscriptions);
      return all.map(({ Endpoint = "", SubscriptionArn = "" }) => ({
        endpoint: Endpoint,
        confirmed: SubscriptionArn.startsWith("arn:"),
      }));
    },
  };
}

function refusalText(body: string): string {
  try {
    const { message, Message } = errorSchema.parse(JSON.parse(body));
    return message ?? Message ?? "";
  } catch {
    return body.slice(0, 200);
  }
}

const credentialErrors = new Set([
  ...["UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "AuthFailure"],
  ...["InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "RequestExpired"],
  ...["ExpiredToken", "ExpiredTokenException", "MissingAuthenticationToken"],
  ...["MissingAuthenticationTokenException", "CredentialsProviderError", "TokenProviderError"],
]);

/** Why AWS answers nobody here, whatever is asked, and what to do; undefined when the error is of the one thing that was asked. */
export function noAccess(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (credentialErrors.has(error.name))
    return `AWS does not accept the credentials of this shell (${error.message}); see whose they are with aws sts get-caller-identity, and log in again`;
  if (/region is missing/i.test(error.message))
    return "no AWS region is named; give --region or set AWS_REGION";
  const code = "code" in error ? String(error.code) : error.name;
  if (/^(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|TimeoutError)$/.test(code))
    return `AWS cannot be reached (${error.message || code}); check the region's name and the network`;
  return undefined;
}
