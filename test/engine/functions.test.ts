import { GetObjectCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ENGINE_KEY } from "../../infra/local/aws/gateway.ts";
import { s3Client, sqsClient } from "../../infra/local/clients.ts";
import { type Fixture, synthesizeFixture } from "./fixtures/stack.ts";
import { type WatchedEngine, watchedEngine } from "./fixtures/watched-engine.ts";

let fixture: Fixture;
let watched: WatchedEngine;
const secrets = new Map([["example/secret", "a secret"]]);

beforeAll(async () => {
  fixture = await synthesizeFixture();
});
afterEach(() => watched.engine.stop());
afterAll(() => fixture.remove());

describe("a function in the engine", () => {
  test("reads its secret, tells people, and answers with JSON", async () => {
    watched = await watchedEngine({ folder: fixture.folder, secrets });
    const outcome = await watched.engine.invoke("outside", { SecretId: "example/secret" });
    expect(outcome).toEqual({ ok: true, result: { length: 8 } });
    expect(watched.seen("notified")).toMatchObject([
      { topic: "fixture-notifications", subject: "hello", text: "a & b" },
    ]);
  });

  test("is refused a secret that is not its own, with the action and the resource", async () => {
    watched = await watchedEngine({ folder: fixture.folder, secrets });
    const outcome = await watched.engine.invoke("outside", { SecretId: "another/secret" });
    expect(outcome).toMatchObject({ ok: false, error: { type: "AccessDeniedException" } });
    expect(watched.seen("denied")).toMatchObject([
      { action: "secretsmanager:GetSecretValue", resource: expect.stringContaining("secret:another/secret") },
    ]);
  });

  test("keeps its environment between invocations", async () => {
    watched = await watchedEngine({ folder: fixture.folder, secrets });
    for (let time = 0; time < 2; time += 1)
      await watched.engine.invoke("outside", { SecretId: "example/secret" });
    expect(watched.seen("function-started").map(({ cold }) => cold)).toEqual([true, false]);
  });

  test("tells its log lines", async () => {
    watched = await watchedEngine({ folder: fixture.folder, secrets });
    await watched.engine.invoke("fan-out", { bodies: ["one"] });
    const [log] = await watched.until("log", (events) => events.length > 0);
    expect(JSON.parse(log?.line ?? "")).toMatchObject({ batch: 1, remaining_ms: expect.any(Number) });
  });

  test("behind a schedule is tried again on the engine's clock, and given up with its event", async () => {
    watched = await watchedEngine({ folder: fixture.folder, secrets, speed: 300, schedules: false });
    await fixture.change((template) => template);
    await watched.engine.send("outside", { fail: true });
    await watched.until("dead-lettered", (events) => events.length === 1);
    const failed = watched.seen("function-ended");
    expect(failed.map(({ error }) => error?.message)).toEqual(Array(3).fill("failed on demand"));
    const client = sqsClient(watched.engine.endpoint, ENGINE_KEY);
    const [queue] = [...(await watched.engine.queueDepths()).keys()].filter((name) =>
      name.includes("Undelivered"),
    );
    const QueueUrl = `${watched.engine.endpoint}/000000000000/${queue}`;
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    client.destroy();
    expect(JSON.parse(Messages[0]?.Body ?? "")).toMatchObject({
      requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
      requestPayload: { fail: true },
      responsePayload: { errorType: "Error", errorMessage: "failed on demand" },
    });
  });
});

describe("the report bucket", () => {
  test("keeps what a function stores where it may, and nothing else", async () => {
    watched = await watchedEngine({ folder: fixture.folder, secrets });
    const { engine } = watched;
    expect(await engine.invoke("outside", { SecretId: "example/secret" })).toMatchObject({ ok: true });
    const client = s3Client(engine.endpoint, ENGINE_KEY);
    const [bucket] = engine.model.all("AWS::S3::Bucket");
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: bucket?.name, Key: "reports/2026-11-21/note.txt" }),
    );
    expect(await Body?.transformToString()).toBe("all is well");
    client.destroy();
    const elsewhere = await engine.invoke("outside", {
      SecretId: "example/secret",
      key: "elsewhere/note.txt",
    });
    expect(elsewhere).toMatchObject({
      error: { message: expect.stringContaining("s3:PutObject on resource: ") },
    });
  });
});

describe("a function's address", () => {
  const url = () => `${watched.engine.endpoint}/function-urls/fixture-${urlId}/a%20b?x=1&x=2`;
  let urlId = "";

  test("hands the request to the function, and its answer back", async () => {
    watched = await watchedEngine({ folder: fixture.folder });
    urlId = watched.engine.model.all("AWS::Lambda::Url")[0]?.id ?? "";
    const answer = await fetch(url(), { method: "POST", body: "hello", headers: { "x-own": "yes" } });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("x-answer")).toBe("yes");
    expect(await answer.json()).toMatchObject({
      version: "2.0",
      rawPath: "/a%20b",
      rawQueryString: "x=1&x=2",
      queryStringParameters: { x: "1,2" },
      headers: { "x-own": "yes" },
      requestContext: { http: { method: "POST", path: "/a%20b" } },
      body: "hello",
      isBase64Encoded: false,
    });
  });

  test("answers 502 when the function fails, and 404 when there is no such address", async () => {
    watched = await watchedEngine({ folder: fixture.folder });
    expect((await fetch(url(), { method: "DELETE" })).status).toBe(502);
    expect((await fetch(`${watched.engine.endpoint}/function-urls/nobody/`)).status).toBe(404);
  });

  test("answers 429 when none of the invocations set apart for it is left", async () => {
    await fixture.change((template) =>
      template.replace('"ReservedConcurrentExecutions": 1', '"ReservedConcurrentExecutions": 0'),
    );
    watched = await watchedEngine({ folder: fixture.folder });
    expect((await fetch(url())).status).toBe(429);
    expect(watched.seen("function-started")).toEqual([]);
    await fixture.change((template) => template);
  });

  test("is forbidden when the template does not permit everybody to call it", async () => {
    await fixture.change((template) =>
      template.replace('"lambda:InvokeFunctionUrl"', '"lambda:GetFunction"'),
    );
    watched = await watchedEngine({ folder: fixture.folder });
    expect((await fetch(url())).status).toBe(403);
    expect(watched.seen("denied")).toMatchObject([
      { action: "lambda:InvokeFunctionUrl", resource: expect.stringContaining(":function:fixture-hook") },
    ]);
    await fixture.change((template) => template);
  });
});

describe("stopping", () => {
  test("ends within five seconds although a function hangs, and nothing answers afterwards", async () => {
    watched = await watchedEngine({ folder: fixture.folder });
    const { engine } = watched;
    await engine.invoke("fan-out", { bodies: ["hang"] });
    await watched.until("function-started", (events) =>
      events.some((event) => event.function === "fixture-work"),
    );
    const begun_ms = performance.now();
    await engine.stop();
    expect(performance.now() - begun_ms).toBeLessThan(5_000);
    await expect(fetch(engine.endpoint)).rejects.toThrow("fetch failed");
  });
});
