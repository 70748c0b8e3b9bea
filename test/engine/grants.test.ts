import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fixture, synthesizeFixture } from "./fixtures/stack.ts";
import { watchedEngine } from "./fixtures/watched-engine.ts";

let fixture: Fixture;
const secrets = new Map([["example/secret", "a secret"]]);

beforeAll(async () => {
  fixture = await synthesizeFixture();
});
afterAll(() => fixture.remove());

/** Everything the fixture can do, done once; the messages of all that was refused. */
async function refusals(): Promise<string> {
  const watched = await watchedEngine({ folder: fixture.folder, secrets, schedules: false, speed: 5 });
  try {
    await watched.engine.invoke("fan-out", { bodies: ["one"] });
    await watched.engine.invoke("outside", { SecretId: "example/secret" });
    const told = await watched.until("function-ended", (ended) =>
      ended.some((event) => event.function === "fixture-work" || event.error),
    );
    return told.map(({ error }) => error?.message ?? "").join("\n");
  } finally {
    await watched.engine.stop();
  }
}

/** The same, as one text: what the engine refuses to start with counts too. */
const whatIsRefused = () => refusals().catch((error: unknown) => String(error));

describe("the policies of the template", () => {
  test("allow everything the functions do", async () => {
    await fixture.change((template) => template);
    expect(await whatIsRefused()).toBe("\n\n");
  });

  // Every grant that the template makes, and the resource that must be named when it is missing.
  test.each([
    ["sqs:SendMessage", ":fixture-work"],
    ["sqs:ReceiveMessage", ":fixture-work"],
    ["sqs:DeleteMessage", ":fixture-work"],
    ["sqs:GetQueueAttributes", ":fixture-work"],
    ["dynamodb:PutItem", "table/fixture-ledger"],
    ["secretsmanager:GetSecretValue", "secret:example/secret"],
    ["sns:Publish", ":fixture-notifications"],
    ["s3:PutObject", "/reports/2026-11-21/note.txt"],
    ["kms:Decrypt", ":key/"],
    ["kms:GenerateDataKey", ":key/"],
    ["lambda:InvokeFunction", "function:fixture-fan-out"],
    ["logs:CreateLogStream", "log-group:/aws/lambda/fixture-"],
    ["logs:PutLogEvents", "log-group:/aws/lambda/fixture-"],
  ])(
    "without %s something is refused, and the message names it and the resource",
    async (action, resource) => {
      await fixture.change((template) => template.replaceAll(`"${action}"`, '"nothing:AtAll"'));
      const refused = await whatIsRefused();
      expect(refused).toContain(`is not authorized to perform: ${action} on resource: `);
      expect(refused).toContain(resource);
    },
  );

  test.each([
    ["account", '"aws:SourceAccount"', '"aws:SourceOrgID"'],
    ["schedules", ":schedule-group/default", ":schedule-group/another"],
  ])("that a schedule's role is for other %s is refused", async (_, ours, others) => {
    await fixture.change((template) => template.replaceAll(ours, others));
    expect(await whatIsRefused()).toMatch(
      /scheduler.amazonaws.com is not authorized to perform: sts:AssumeRole/,
    );
  });

  test("that a role cannot be assumed by the service is refused", async () => {
    await fixture.change((template) =>
      template.replaceAll("scheduler.amazonaws.com", "events.amazonaws.com"),
    );
    expect(await whatIsRefused()).toMatch(
      /scheduler.amazonaws.com is not authorized to perform: sts:AssumeRole/,
    );
  });
});
