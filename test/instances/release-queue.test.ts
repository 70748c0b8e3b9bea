import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { VigilFunction } from "../../infra/stack/constructs/function.ts";
import { WorkQueue } from "../../infra/stack/constructs/work-queue.ts";
import { instancesSchema } from "../../shared/estate/instances.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vigil-queue-"));
  await writeFile(join(folder, "index.mjs"), "export const handler = () => {};");
});
afterAll(() => rm(folder, { recursive: true }));

/** The policy statements of a release queue that accepts from these. */
function statements(releasers: readonly string[]): { denied: unknown; template: Template } {
  const stack = new Stack(new App({ analyticsReporting: false }), "Test");
  const make = (name: string) =>
    new VigilFunction(stack, name, {
      name,
      description: name,
      environment: z.object({ RELEASE_QUEUE_URL: z.string().optional() }),
      bundle: { name, folder, handler: "index.handler", size_bytes: 1, inputs: [] },
      timeout_s: 10,
      memory_mb: 128,
    });
  const settle = make("settle");
  const queue = new WorkQueue(stack, "Releases", {
    ...{ name: "releases", consumer: make("consumer"), batchSize: 100, window_s: 5 },
    ...{ maximumConcurrency: 2, attempts: 5 },
  });
  queue.bindSender(settle, "RELEASE_QUEUE_URL").acceptOnlyFrom(releasers, [settle]);
  const template = Template.fromStack(stack);
  const policies = Object.values(template.findResources("AWS::SQS::QueuePolicy"));
  const all = policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement);
  return { denied: all.find((one) => one.Condition?.ArnNotLike), template };
}

describe("the release queue", () => {
  const role = "arn:aws:iam::111122223333:role/phone-releaser";

  test("takes messages from the principals that the estate names, and from nobody else in any account", () => {
    const { denied, template } = statements([role, "444455556666", role]);
    expect(denied).toMatchObject({
      Effect: "Deny",
      Action: "sqs:SendMessage",
      Principal: { AWS: "*" },
      Condition: {
        ArnNotLike: {
          "aws:PrincipalArn": [role, "arn:*:iam::444455556666:*", { "Fn::GetAtt": expect.anything() }],
        },
      },
    });
    template.hasResourceProperties("AWS::SQS::QueuePolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Allow", Action: ["sqs:SendMessage", "sqs:GetQueueUrl"] }),
        ]),
      },
    });
  });

  test("takes them from nobody but settle-phones when the estate names nobody", () => {
    const { denied } = statements([]);
    expect(denied).toMatchObject({
      Condition: { ArnNotLike: { "aws:PrincipalArn": [{ "Fn::GetAtt": expect.anything() }] } },
    });
  });
});

describe("a releaser in the estate", () => {
  const releasers = (...names: string[]) =>
    instancesSchema.safeParse({ phones: { releasers: names } }).success;

  test.each(["111122223333", "arn:aws:iam::111122223333:role/a/b", "arn:aws:iam::111122223333:user/me"])(
    "may be %s",
    (name) => expect(releasers(name)).toBe(true),
  );
  test.each([
    "*",
    "arn:aws:iam::*:role/x",
    "arn:aws:iam::111122223333:role/*",
    "11112222333",
    "sqs.amazonaws.com",
  ])("may not be %s", (name) => expect(releasers(name)).toBe(false));
});
