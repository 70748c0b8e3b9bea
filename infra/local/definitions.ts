import { join } from "node:path";
import type { ScaledTime } from "../../shared/core/clock.ts";
import type { FunctionDefinition } from "./functions/environment.ts";
import type { MappingDefinition } from "./mapping.ts";
import type { ScheduleDefinition } from "./schedules/scheduler.ts";
import { identityOf, LOCAL, queueArn } from "./template/identities.ts";
import type { Model } from "./template/model.ts";

/** Lambda starts no more than this many environments for a mapping that names no limit; far beyond this machine. */
const UNLIMITED = 1000;

export const roleArn = (name: string) => arnOf("AWS::IAM::Role", name);

function arnOf(type: string, name: string): string {
  const arn = identityOf(type).attributes?.Arn?.(name, "");
  if (arn === undefined) throw new Error(`${type} has no ARN`);
  return arn;
}

/** Finds a function of the template by its ARN or name. */
type FindFunction = (wanted: string) => FunctionDefinition;

/** The access key of a function: the gateway recognizes the function by it. */
export const accessKeyOf = (id: string) => `FUNCTION${id}`;

export function functionsOf(model: Model, endpoint: string, time: ScaledTime): FunctionDefinition[] {
  return model.all("AWS::Lambda::Function").map(({ id, name, properties }) => {
    const folder = model.assets.get(properties.Code.S3Key);
    if (!folder) throw new Error(`${id}: the assembly has no asset ${properties.Code.S3Key}`);
    const [file = "index", handlerName = "handler"] = properties.Handler.split(".");
    return {
      id,
      name,
      arn: arnOf("AWS::Lambda::Function", name),
      roleArn: properties.Role,
      module: join(folder, `${file}.mjs`),
      handlerName,
      timeout_s: properties.Timeout,
      memory_mb: properties.MemorySize,
      reserved: properties.ReservedConcurrentExecutions,
      logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      environment: {
        ...properties.Environment.Variables,
        ...reserved(name, properties.MemorySize),
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: accessKeyOf(id),
        AWS_SECRET_ACCESS_KEY: "local",
        VIGIL_CLOCK: JSON.stringify(time),
      },
    };
  });
}

/** Variables that Lambda sets in every function. */
function reserved(name: string, memory_mb: number): Record<string, string> {
  return {
    AWS_REGION: LOCAL.region,
    AWS_DEFAULT_REGION: LOCAL.region,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory_mb),
    TZ: ":UTC",
  };
}

/** A mapping, and the function that works on its queue. */
export interface MappingWiring {
  readonly target: FunctionDefinition;
  readonly mapping: MappingDefinition;
}

export function mappingsOf(model: Model, endpoint: string, find: FindFunction): MappingWiring[] {
  const queues = model.all("AWS::SQS::Queue");
  return model.all("AWS::Lambda::EventSourceMapping").map(({ id, properties }) => {
    const queue = queues.find(({ name }) => queueArn(name) === properties.EventSourceArn);
    if (!queue) throw new Error(`${id}: ${properties.EventSourceArn} is no queue of the template`);
    return {
      target: find(properties.FunctionName),
      mapping: {
        queueName: queue.name,
        queueUrl: identityOf("AWS::SQS::Queue").ref(queue.name, endpoint),
        queueArn: properties.EventSourceArn,
        batchSize: properties.BatchSize,
        window_s: properties.MaximumBatchingWindowInSeconds,
        reportsFailures: properties.FunctionResponseTypes.includes("ReportBatchItemFailures"),
        maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? UNLIMITED,
        visibility_s: queue.properties.VisibilityTimeout,
      },
    };
  });
}

/** A schedule, what it invokes, as whom, and where a firing goes that could not be delivered. */
export interface ScheduleWiring {
  readonly target: FunctionDefinition;
  readonly roleArn: string;
  readonly deadLetterArn: string | undefined;
  readonly schedule: ScheduleDefinition;
}

export function schedulesOf(model: Model, find: FindFunction): ScheduleWiring[] {
  return model.all("AWS::Scheduler::Schedule").map(({ id, name, properties }) => ({
    target: find(properties.Target.Arn),
    roleArn: properties.Target.RoleArn,
    deadLetterArn: properties.Target.DeadLetterConfig?.Arn,
    schedule: {
      id,
      name,
      arn: arnOf("AWS::Scheduler::Schedule", name),
      expression: properties.ScheduleExpression,
      timeZone: properties.ScheduleExpressionTimezone,
      input: properties.Target.Input,
    },
  }));
}

/** What becomes of a function's events, as far as the template says so. */
export interface EventWiring {
  readonly target: FunctionDefinition;
  readonly retries: number;
  readonly maximumAge_s: number;
  /** The queue that gets what was given up. */
  readonly queue: string | undefined;
}

export function eventsOf(model: Model, find: FindFunction): EventWiring[] {
  const queues = model.all("AWS::SQS::Queue");
  return model.all("AWS::Lambda::EventInvokeConfig").map(({ id, properties }) => {
    const destination = properties.DestinationConfig?.OnFailure.Destination;
    const queue = queues.find(({ name }) => queueArn(name) === destination)?.name;
    if (destination !== undefined && queue === undefined)
      throw new Error(`${id}: the local engine models only queues of the template as destinations`);
    return {
      target: find(properties.FunctionName),
      retries: properties.MaximumRetryAttempts,
      maximumAge_s: properties.MaximumEventAgeInSeconds,
      queue,
    };
  });
}
