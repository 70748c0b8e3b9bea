import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fixture, synthesizeFixture } from "./fixtures/stack.ts";
import { watchedEngine } from "./fixtures/watched-engine.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await synthesizeFixture();
});
afterAll(() => fixture.remove());

const withResource = (resource: object) => (template: string) => {
  const { Resources, ...rest } = JSON.parse(template);
  return JSON.stringify({ ...rest, Resources: { ...Resources, Added: resource } });
};

async function refusal(edit: (template: string) => string): Promise<string> {
  await fixture.change(edit);
  return watchedEngine({ folder: fixture.folder }).then(
    async ({ engine }) => {
      await engine.stop();
      return "it started";
    },
    (error: unknown) => String(error),
  );
}

describe("a template that says more than the engine models", () => {
  test("a resource of an unknown type is refused by name", async () => {
    expect(await refusal(withResource({ Type: "AWS::Kinesis::Stream" }))).toBe(
      "NotModelled: Added: the local engine does not model AWS::Kinesis::Stream",
    );
  });

  test("an unknown property is refused by name, also inside another", async () => {
    const queue = { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true, RedrivePolicy: { max: 3 } } };
    const message = await refusal(withResource(queue));
    expect(message).toContain(
      "Added (AWS::SQS::Queue): the local engine does not model the property FifoQueue",
    );
    expect(message).toContain("does not model the property RedrivePolicy.max");
  });

  test("a condition in a policy is refused: it could not be decided here", async () => {
    const Statement = [{ Effect: "Allow", Action: "sqs:*", Resource: "*", Condition: { Bool: {} } }];
    const Properties = { PolicyName: "x", Roles: [], PolicyDocument: { Version: "2012-10-17", Statement } };
    expect(await refusal(withResource({ Type: "AWS::IAM::Policy", Properties }))).toContain(
      "does not model the property PolicyDocument.Statement.0.Condition",
    );
  });

  test("a function of CloudFormation that it does not know is refused by name", async () => {
    const Properties = { QueueName: { "Fn::ImportValue": "elsewhere" } };
    expect(await refusal(withResource({ Type: "AWS::SQS::Queue", Properties }))).toContain(
      "Added (AWS::SQS::Queue): the local engine does not model Fn::ImportValue",
    );
  });

  test("a reference into nothing is refused by name", async () => {
    const Properties = { QueueName: { Ref: "Nobody" } };
    expect(await refusal(withResource({ Type: "AWS::SQS::Queue", Properties }))).toContain(
      "the template refers to Nobody, which it does not hold",
    );
  });

  test("a runtime other than the product's is refused", async () => {
    expect(await refusal((template) => template.replaceAll("nodejs24.x", "python3.14"))).toContain("Runtime");
  });
});
