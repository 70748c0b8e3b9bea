import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import { FUNCTION_NAMES } from "../../infra/stack/stack.ts";
import { exampleTemplate } from "./example-template.ts";
import {
  lambdaSchema,
  mappingSchema,
  policySchema,
  queueSchema,
  scheduleSchema,
} from "./template-schemas.ts";

let folder: string;
let template: Template;

beforeAll(async () => {
  ({ template, folder } = await exampleTemplate());
});

/** Every statement that a function's role has, as `action on resource`. */
function grantsOf(name: string): string[] {
  const policies = Object.values(template.findResources("AWS::IAM::Policy")).map((each) =>
    policySchema.parse(each),
  );
  return policies
    .filter(({ Properties }) =>
      Properties.Roles.some(({ Ref }) => Ref.startsWith(`Foundation${name.replaceAll("-", "")}Role`)),
    )
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) => Action.map((action) => `${action} on ${JSON.stringify(Resource)}`));
}

const actionsOf = (name: string) =>
  grantsOf(name)
    .map((grant) => grant.split(" on ")[0])
    .sort();

describe("functions", () => {
  test("run on Node 24 on arm64, each with its own role and a log group that forgets", () => {
    template.allResourcesProperties("AWS::Lambda::Function", {
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
    template.allResources("AWS::Logs::LogGroup", {
      DeletionPolicy: "Retain",
      Properties: { RetentionInDays: 90 },
    });
    const functions = Object.values(template.findResources("AWS::Lambda::Function"));
    const roles = functions.map(({ Properties }) => JSON.stringify(Properties.Role));
    expect(new Set(roles).size).toBe(functions.length);
    expect(Object.keys(template.findResources("AWS::Logs::LogGroup"))).toHaveLength(functions.length);
  });

  const ledgerActions = {
    read: "dynamodb:GetItem",
    write: "dynamodb:PutItem",
    list: "dynamodb:Query",
    find: "dynamodb:Query",
    remove: "dynamodb:DeleteItem",
  } as const;
  const logs = ["logs:CreateLogStream", "logs:PutLogEvents"];
  const secrets = ["secretsmanager:GetSecretValue"];
  const consumes = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
  const tells = ["kms:Decrypt", "kms:GenerateDataKey", "sns:Publish"];
  /** To its queues, and to the one for what it failed on. */
  const sends = (queues: number) => Array.from({ length: queues }, () => "sqs:SendMessage");

  const expected: Readonly<Record<string, readonly [readonly (keyof typeof ledgerActions)[], string[]]>> = {
    "plan-checkpoints": [
      ["read", "write", "list", "find"],
      [...secrets, ...sends(2)],
    ],
    "create-checkpoint": [
      ["read", "write"],
      [...secrets, ...consumes],
    ],
    "settle-checkpoints": [
      ["read", "write", "list", "find", "remove"],
      [...secrets, ...tells, ...sends(2)],
    ],
    "plan-prune": [
      ["read", "write", "list"],
      [...secrets, ...sends(2)],
    ],
    "prune-vault": [
      ["read", "write", "list", "find"],
      [...secrets, ...consumes, ...tells, ...sends(1)],
    ],
    "report-coverage": [
      ["read", "write", "list", "find"],
      [...secrets, ...tells, ...sends(1), "s3:PutObject"],
    ],
    "discover-instances": [
      ["read", "write", "list", "remove"],
      [...secrets, ...tells, ...sends(3)],
    ],
    // It holds no credential of the provider at all.
    "ingest-notification": [["read", "write", "remove"], sends(2)],
    "enable-audit-backup": [
      ["read", "write"],
      [...secrets, ...consumes],
    ],
    "enable-remote-backup": [
      ["read", "write"],
      [...secrets, ...consumes],
    ],
    "settle-instances": [
      ["read", "write", "list", "remove"],
      [...secrets, ...tells, ...sends(3)],
    ],
    "back-up-phones": [
      ["read", "write"],
      [...secrets, ...consumes],
    ],
    "settle-phones": [
      ["read", "write", "find", "remove"],
      [...secrets, ...tells, ...sends(2)],
    ],
    "enforce-policies": [
      ["read", "write", "remove"],
      [...secrets, ...tells, ...sends(1)],
    ],
  };

  test("are all named in the table of what they may do", () => {
    expect(Object.keys(expected).sort()).toEqual([...FUNCTION_NAMES].sort());
  });

  test.each(Object.entries(expected))("%s may do exactly what it does", (name, [uses, actions]) => {
    const all = [...logs, ...uses.map((use) => ledgerActions[use]), ...actions];
    expect(actionsOf(name)).toEqual(all.sort());
  });

  test("read the secrets of their own role in every project, and no other", () => {
    const secrets = (name: string) =>
      grantsOf(name)
        .filter((grant) => grant.startsWith("secretsmanager:"))
        .join();
    expect(secrets("create-checkpoint")).toContain("secret:vigil/alpha/checkpoint-??????");
    expect(secrets("create-checkpoint")).toContain("secret:vigil/beta/checkpoint-??????");
    expect(secrets("create-checkpoint")).not.toMatch(/observe|prune|instances/);
    expect(secrets("settle-checkpoints")).not.toMatch(/\/checkpoint-|prune|instances/);
  });

  test("are granted nothing with a wildcard but the streams of their log group, the end of a secret's ARN and the keys of reports", () => {
    const wild = FUNCTION_NAMES.flatMap(grantsOf).filter(
      (grant) =>
        /[*]|[?]{6}/.test(grant) &&
        !grant.startsWith("secretsmanager:GetSecretValue") &&
        !(grant.startsWith("s3:PutObject") && grant.includes("/reports/*")),
    );
    expect(wild).toEqual([]);
  });
});

describe("queues", () => {
  test("are encrypted and refuse plain connections", () => {
    template.allResourcesProperties("AWS::SQS::Queue", { SqsManagedSseEnabled: true });
    const refuses = Object.values(template.findResources("AWS::SQS::QueuePolicy")).filter((each) =>
      JSON.stringify(each).includes('"aws:SecureTransport":"false"'),
    );
    expect(refuses).toHaveLength(Object.keys(template.findResources("AWS::SQS::Queue")).length);
  });

  const names = ["audits", "checkpoints", "hosts", "prune", "releases"];

  test("are those of the kinds of work, each with one for what failed, and one for what was never taken", () => {
    const all = [...names, ...names.map((name) => `${name}-dead`), "undelivered"];
    expect(queues().map(({ QueueName }) => QueueName.replace("vigil-test-", ""))).toEqual(
      expect.arrayContaining(all),
    );
    expect(queues()).toHaveLength(all.length);
  });

  test.each(names)("%s gives what failed five times to its own queue, which keeps it 14 days", (name) => {
    const [queue] = queues().filter(({ QueueName }) => QueueName === `vigil-test-${name}`);
    const [dead] = queues().filter(
      ({ id }) => id === queue?.RedrivePolicy?.deadLetterTargetArn["Fn::GetAtt"][0],
    );
    expect(queue?.RedrivePolicy?.maxReceiveCount).toBe(5);
    expect(dead).toMatchObject({ QueueName: `vigil-test-${name}-dead`, MessageRetentionPeriod: 1_209_600 });
    expect(dead?.RedrivePolicy).toBeUndefined();
  });

  test.each(names)(
    "%s hides a message for six times as long as its function may run and a batch is collected, and is worked on message by message",
    (name) => {
      const [queue] = queues().filter(({ QueueName }) => QueueName === `vigil-test-${name}`);
      const [mapping] = mappings().filter(
        ({ EventSourceArn }) => EventSourceArn["Fn::GetAtt"][0] === queue?.id,
      );
      const worker = lambdaSchema.parse(
        template.findResources("AWS::Lambda::Function")[mapping?.FunctionName.Ref ?? ""]?.Properties,
      );
      const window_s = mapping?.MaximumBatchingWindowInSeconds ?? 0;
      expect(queue?.VisibilityTimeout).toBe(6 * worker.Timeout + window_s);
      expect(mapping?.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
      // By two projects' rates: 60 calls of KooPhone a minute need four; all others the least that AWS accepts.
      expect(mapping?.ScalingConfig.MaximumConcurrency).toBe(name === "releases" ? 4 : 2);
    },
  );
});

const queues = () =>
  Object.entries(template.findResources("AWS::SQS::Queue")).map(([id, { Properties }]) => ({
    id,
    ...queueSchema.parse(Properties),
  }));
const mappings = () =>
  Object.values(template.findResources("AWS::Lambda::EventSourceMapping")).map(({ Properties }) =>
    mappingSchema.parse(Properties),
  );

describe("schedules", () => {
  test.each([
    ["vigil-test-night-alpha-nightly", "cron(0 1 * * ? *)", "Europe/Berlin"],
    ["vigil-test-night-alpha-workdays", "cron(30 22 ? * MON,TUE,WED,THU,FRI *)", "Europe/Berlin"],
    ["vigil-test-night-beta-nightly", "cron(0 3 * * ? *)", "Asia/Kolkata"],
    ["vigil-test-settle-checkpoints", "rate(5 minutes)", "UTC"],
  ])("%s fires exactly, in its zone", (Name, ScheduleExpression, ScheduleExpressionTimezone) => {
    template.hasResourceProperties("AWS::Scheduler::Schedule", {
      Name,
      ScheduleExpression,
      ScheduleExpressionTimezone,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { DeadLetterConfig: { Arn: Match.anyValue() } },
    });
  });

  test("tell the function which rule is due, and when it was due", () => {
    template.hasResourceProperties("AWS::Scheduler::Schedule", {
      Name: "vigil-test-night-beta-nightly",
      Target: {
        Input: JSON.stringify({
          event: "night.due",
          version: 1,
          data: { project: "beta", rule: "nightly", scheduled_at: "<aws.scheduler.scheduled-time>" },
        }),
      },
    });
  });

  test("have a role each that may invoke its function and put away what could not be delivered, and nothing else", () => {
    const policies = Object.values(template.findResources("AWS::IAM::Policy")).map((each) =>
      policySchema.parse(each),
    );
    const schedules = Object.values(template.findResources("AWS::Scheduler::Schedule")).map(
      ({ Properties }) => scheduleSchema.parse(Properties),
    );
    expect(schedules.length).toBeGreaterThan(5);
    for (const { Target } of schedules) {
      const [role] = Target.RoleArn["Fn::GetAtt"];
      const held = policies.filter(({ Properties }) => Properties.Roles.some(({ Ref }) => Ref === role));
      expect(held.flatMap(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
        { Action: ["lambda:InvokeFunction"], Resource: Target.Arn },
        { Action: ["sqs:SendMessage"], Resource: Target.DeadLetterConfig.Arn },
      ]);
    }
    const trusts = Object.values(
      template.findResources("AWS::IAM::Role", {
        Properties: { Description: Match.stringLikeRegexp("^Lets the schedule ") },
      }),
    );
    expect(trusts).toHaveLength(schedules.length);
    for (const { Properties } of trusts)
      expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
        expect.objectContaining({
          Condition: {
            StringEquals: {
              "aws:SourceAccount": { Ref: "AWS::AccountId" },
              "aws:SourceArn": { "Fn::Join": ["", expect.arrayContaining([":schedule-group/default"])] },
            },
          },
        }),
      ]);
    expect(new Set(schedules.map(({ Target }) => Target.RoleArn["Fn::GetAtt"][0])).size).toBe(
      schedules.length,
    );
  });
});

describe("what leaves the functions", () => {
  const overTls = Match.objectLike({
    Effect: "Deny",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });

  test("reports: encrypted, closed to the public, over TLS alone, and kept when the stack goes", () => {
    template.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: { Statement: Match.arrayWith([overTls]) },
    });
  });

  test("notifications: encrypted with a key that is renewed, over TLS alone", () => {
    template.hasResourceProperties("AWS::SNS::Topic", { KmsMasterKeyId: Match.anyValue() });
    template.hasResource("AWS::KMS::Key", {
      DeletionPolicy: "Delete",
      Properties: {
        EnableKeyRotation: true,
        KeyPolicy: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Principal: { Service: "cloudwatch.amazonaws.com" },
              Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
            }),
          ]),
        },
      },
    });
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: { Statement: Match.arrayWith([overTls]) },
    });
  });
});

describe("the ledger", () => {
  test("survives: recovery to a point in time, no deletion, retained when the stack goes", () => {
    template.hasResource("AWS::DynamoDB::Table", {
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        TableName: "vigil-test-ledger",
        BillingMode: "PAY_PER_REQUEST",
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        TimeToLiveSpecification: { AttributeName: "expires_at", Enabled: true },
      },
    });
  });
});

describe("the template", () => {
  test("is that of any partition: it spells no ARN's beginning and no host but the names of AWS's services", () => {
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toMatch(/arn:aws/);
    const hosts = text.match(/[\w.-]*amazonaws\.com[\w.]*/g) ?? [];
    expect([...new Set(hosts)].sort()).toEqual([
      "cloudwatch.amazonaws.com",
      "lambda.amazonaws.com",
      "scheduler.amazonaws.com",
    ]);
  });

  test("holds no secret and no value of this machine", () => {
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toContain(folder);
    expect(text).not.toMatch(/127\.0\.0\.1|VIGIL_CLOCK|AWS_ENDPOINT_URL/);
  });
});
