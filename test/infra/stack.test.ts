import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Match, Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { FUNCTION_NAMES } from "../../infra/stack.ts";
import { synthesize } from "../../infra/synthesize.ts";
import { exampleEstate } from "./example-estate.ts";

let folder: string;
let template: Template;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vigil-stack-"));
  await synthesize(exampleEstate, folder);
  template = Template.fromString(await readFile(join(folder, "Vigil.template.json"), "utf8"));
});
afterAll(() => rm(folder, { recursive: true }));

const statement = z.object({
  Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  Resource: z.unknown(),
});
const policy = z.object({
  Properties: z.object({
    PolicyDocument: z.object({ Statement: z.array(statement) }),
    Roles: z.array(z.object({ Ref: z.string() })),
  }),
});

/** Every statement that a function's role has, as `action on resource`. */
function grantsOf(name: string): string[] {
  const policies = Object.values(template.findResources("AWS::IAM::Policy")).map((each) =>
    policy.parse(each),
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
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 90 });
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
      ["read", "write", "list"],
      [...secrets, ...sends(2)],
    ],
    "create-checkpoint": [
      ["read", "write"],
      [...secrets, ...consumes],
    ],
    "settle-checkpoints": [
      ["read", "write", "list"],
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
    "ingest-notification": [["write", "remove"], sends(2)],
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
  test("are encrypted, refuse plain connections, and give what failed to a queue that keeps it 14 days", () => {
    const queues = template.findResources("AWS::SQS::Queue");
    template.allResourcesProperties("AWS::SQS::Queue", { SqsManagedSseEnabled: true });
    template.resourceCountIs("AWS::SQS::QueuePolicy", Object.keys(queues).length);
    const last = Object.values(queues).filter(({ Properties }) => !Properties.RedrivePolicy);
    expect(new Set(last.map(({ Properties }) => Properties.MessageRetentionPeriod))).toEqual(
      new Set([1_209_600]),
    );
    template.hasResourceProperties("AWS::SQS::Queue", {
      QueueName: "vigil-test-checkpoints",
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
    });
  });

  test("hide a message for six times as long as its function may run, and longer than a batch is collected", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: "vigil-test-create-checkpoint",
      Timeout: 120,
    });
    template.hasResourceProperties("AWS::SQS::Queue", {
      QueueName: "vigil-test-checkpoints",
      VisibilityTimeout: 6 * 120 + 1,
    });
  });

  test("are worked on in batches whose messages fail one by one", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 4 },
    });
  });
});

describe("schedules", () => {
  test.each([
    ["vigil-test-night-alpha-nightly", "cron(0 1 * * ? *)", "Europe/Berlin"],
    ["vigil-test-night-alpha-workdays", "cron(30 22 ? * MON,TUE,WED,THU,FRI *)", "Europe/Berlin"],
    ["vigil-test-night-beta-nightly", "cron(0 3 * * ? *)", "Asia/Kolkata"],
    ["vigil-test-settle", "rate(5 minutes)", "UTC"],
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

  test("have a role each that may invoke one function and put away what could not be delivered", () => {
    const roles = Object.keys(template.findResources("AWS::Scheduler::Schedule")).length;
    const assumed = Object.values(template.findResources("AWS::IAM::Role")).filter((role) =>
      JSON.stringify(role).includes("scheduler.amazonaws.com"),
    );
    expect(assumed).toHaveLength(roles);
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
  test("holds no secret and no value of this machine", () => {
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toContain(folder);
    expect(text).not.toMatch(/127\.0\.0\.1|VIGIL_CLOCK|AWS_ENDPOINT_URL/);
  });
});
