import * as z from "zod";

const text = z.string();
const count = z.coerce.number().int().min(0);
const flag = z.union([z.boolean(), z.stringbool()]);
const tags = z.array(z.unknown()).optional();
const list = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item), item.transform((one) => [one])]) as z.ZodType<
    z.output<T>[],
    z.input<T>[] | z.input<T>
  >;

/** One statement of a policy, as far as the engine can decide it: conditions and exceptions are refused by name. */
const statement = z.strictObject({
  Sid: text.optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: list(text),
  Resource: list(text),
});
export type Statement = z.output<typeof statement>;

const policyDocument = z.strictObject({ Version: text, Statement: z.array(statement) });

const trustDocument = z.strictObject({
  Version: text,
  Statement: z.array(
    z.strictObject({
      Effect: z.literal("Allow"),
      Action: z.literal("sts:AssumeRole"),
      Principal: z.strictObject({ Service: list(text) }),
      Condition: z.strictObject({ StringEquals: z.record(text, text) }).optional(),
    }),
  ),
});

const keySchema = z.array(z.strictObject({ AttributeName: text, KeyType: z.enum(["HASH", "RANGE"]) }));
const enabled = <const Name extends string>(name: Name) =>
  z.strictObject({ [name]: flag } as Record<Name, typeof flag>);

/**
 * What the engine gives behaviour to, with every property it understands. A property that is not here would be
 * silently ignored on this machine and act in production: so it is refused by name.
 */
export const modelled = {
  "AWS::Lambda::Function": z.strictObject({
    FunctionName: text.optional(),
    Description: text.optional(),
    Runtime: z.literal("nodejs24.x"),
    Architectures: z.array(z.enum(["arm64", "x86_64"])).optional(),
    Handler: text,
    Code: z.strictObject({ S3Bucket: text, S3Key: text }),
    Role: text,
    Timeout: count.default(3),
    MemorySize: count.default(128),
    Environment: z.strictObject({ Variables: z.record(text, text) }).default({ Variables: {} }),
    LoggingConfig: z.strictObject({ LogGroup: text }).optional(),
    ReservedConcurrentExecutions: count.optional(),
    Tags: tags,
  }),
  "AWS::Lambda::EventSourceMapping": z.strictObject({
    FunctionName: text,
    EventSourceArn: text,
    BatchSize: count.default(10),
    MaximumBatchingWindowInSeconds: count.default(0),
    FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
    ScalingConfig: z
      .strictObject({ MaximumConcurrency: z.coerce.number().int().min(2).max(1000) })
      .optional(),
    Tags: tags,
  }),
  "AWS::Lambda::EventInvokeConfig": z.strictObject({
    FunctionName: text,
    Qualifier: z.literal("$LATEST"),
    MaximumRetryAttempts: z.coerce.number().int().min(0).max(2).default(2),
    MaximumEventAgeInSeconds: count.default(21600),
    DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: text }) }).optional(),
  }),
  "AWS::Lambda::Url": z.strictObject({
    TargetFunctionArn: text,
    AuthType: z.literal("NONE"),
    InvokeMode: z.literal("BUFFERED").default("BUFFERED"),
  }),
  "AWS::Lambda::Permission": z.strictObject({
    Action: text,
    FunctionName: text,
    Principal: text,
    SourceArn: text.optional(),
    SourceAccount: text.optional(),
    FunctionUrlAuthType: z.literal("NONE").optional(),
    InvokedViaFunctionUrl: flag.optional(),
  }),
  "AWS::SQS::Queue": z.strictObject({
    QueueName: text.optional(),
    VisibilityTimeout: count.default(30),
    // Days: no message of a night becomes so old.
    MessageRetentionPeriod: count.default(345_600),
    DelaySeconds: count.default(0),
    RedrivePolicy: z.strictObject({ deadLetterTargetArn: text, maxReceiveCount: count }).optional(),
    SqsManagedSseEnabled: flag.optional(),
    Tags: tags,
  }),
  "AWS::DynamoDB::Table": z.strictObject({
    TableName: text.optional(),
    AttributeDefinitions: z.array(
      z.strictObject({ AttributeName: text, AttributeType: z.enum(["S", "N", "B"]) }),
    ),
    KeySchema: keySchema,
    BillingMode: z.literal("PAY_PER_REQUEST"),
    GlobalSecondaryIndexes: z
      .array(
        z.strictObject({
          IndexName: text,
          KeySchema: keySchema,
          Projection: z.strictObject({ ProjectionType: z.enum(["ALL", "KEYS_ONLY"]) }),
        }),
      )
      .optional(),
    DeletionProtectionEnabled: flag.optional(),
    PointInTimeRecoverySpecification: enabled("PointInTimeRecoveryEnabled").optional(),
    SSESpecification: enabled("SSEEnabled").optional(),
    TimeToLiveSpecification: z.strictObject({ AttributeName: text, Enabled: flag }).optional(),
    Tags: tags,
  }),
  "AWS::Scheduler::Schedule": z.strictObject({
    Name: text.optional(),
    Description: text.optional(),
    ScheduleExpression: text,
    ScheduleExpressionTimezone: text.default("UTC"),
    FlexibleTimeWindow: z.strictObject({ Mode: z.literal("OFF") }),
    State: z.literal("ENABLED").default("ENABLED"),
    Target: z.strictObject({
      Arn: text,
      RoleArn: text,
      Input: text.default("{}"),
      RetryPolicy: z
        .strictObject({ MaximumEventAgeInSeconds: count, MaximumRetryAttempts: count })
        .optional(),
      DeadLetterConfig: z.strictObject({ Arn: text }).optional(),
    }),
  }),
  "AWS::SNS::Topic": z.strictObject({
    TopicName: text.optional(),
    DisplayName: text.optional(),
    KmsMasterKeyId: text.optional(),
    Tags: tags,
  }),
  "AWS::SNS::Subscription": z.strictObject({
    TopicArn: text,
    Protocol: z.enum(["sqs", "email"]),
    Endpoint: text,
  }),
  "AWS::S3::Bucket": z.strictObject({
    BucketName: text.optional(),
    // Storage classes, versions, encryption and expiry change nothing that a function of ours can see in a night.
    BucketEncryption: z.unknown().optional(),
    LifecycleConfiguration: z.unknown().optional(),
    LoggingConfiguration: z.unknown().optional(),
    OwnershipControls: z.unknown().optional(),
    PublicAccessBlockConfiguration: z.unknown().optional(),
    VersioningConfiguration: z.unknown().optional(),
    Tags: tags,
  }),
  "AWS::SecretsManager::Secret": z.strictObject({ Name: text, Description: text.optional(), Tags: tags }),
  "AWS::IAM::Role": z.strictObject({
    RoleName: text.optional(),
    Description: text.optional(),
    AssumeRolePolicyDocument: trustDocument,
    Policies: z.array(z.strictObject({ PolicyName: text, PolicyDocument: policyDocument })).default([]),
    Tags: tags,
  }),
  "AWS::IAM::Policy": z.strictObject({
    PolicyName: text,
    PolicyDocument: policyDocument,
    Roles: z.array(text),
  }),
} as const;

export type ModelledType = keyof typeof modelled;
export type Properties<Type extends ModelledType> = z.output<(typeof modelled)[Type]>;

/** What is part of a deployment but has nothing to do on this machine, and why. */
export const knownWithoutBehaviour: Readonly<Record<string, string>> = {
  "AWS::CDK::Metadata": "describes the template",
  "AWS::CloudWatch::Alarm": "watches metrics, which the engine prints with the log lines",
  "AWS::CloudWatch::CompositeAlarm": "combines alarms",
  "AWS::CloudWatch::Dashboard": "shows metrics",
  "AWS::KMS::Alias": "names a key",
  "AWS::KMS::Key": "encrypts at rest; who may use it is checked with what it encrypts",
  "AWS::Logs::LogGroup": "keeps log lines, which the engine hands to its listener",
  "AWS::Logs::MetricFilter": "counts log lines",
  "AWS::S3::BucketPolicy": "asks for encrypted connections, which 127.0.0.1 does not have",
  "AWS::SNS::TopicPolicy": "asks for encrypted connections, and lets alarms publish",
  "AWS::SQS::QueuePolicy": "asks for encrypted connections, and says which other accounts may send",
};
