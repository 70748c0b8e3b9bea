import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ENGINE_KEY } from "../../infra/local/aws/gateway.ts";
import { sqsClient } from "../../infra/local/clients.ts";
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
