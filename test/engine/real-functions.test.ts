import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { checkpointDue } from "../../events/checkpoint-due.ts";
import { atStandIn, demoProject, demoSecret } from "../../infra/estate/demo.ts";
import { ENGINE_KEY } from "../../infra/local/aws/gateway.ts";
import { sqsClient } from "../../infra/local/clients.ts";
import { synthesize } from "../../infra/stack/synthesize.ts";
import { roles } from "../../shared/estate/secrets.ts";
import { sum, type WatchedEngine, watchedEngine } from "./fixtures/watched-engine.ts";

// Nobody answers there: these functions must not come so far as to ask.
const nowhere = { url: "http://127.0.0.1:9", project_id: "p".repeat(32), account_id: "a".repeat(32) };
const secrets = new Map(roles.map((role) => [demoSecret(role), '{"kind":"aksk","ak":"A","sk":"S"}']));

let folder: string;
let watched: WatchedEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vigil-real-"));
  await synthesize(atStandIn(demoProject, nowhere), folder);
});
afterEach(() => watched.engine.stop());
afterAll(() => rm(folder, { recursive: true }));

test("a malformed message ends as a dead letter with its reason logged, and the rest of its batch succeeds", async () => {
  watched = await watchedEngine({ folder, secrets, schedules: false, speed: 600 });
  const { endpoint } = watched.engine;
  const ofNoSlot = checkpointDue.create({ ...checkpointDue.example, attempt: 1 });
  const client = sqsClient(endpoint, ENGINE_KEY);
  await client.send(
    new SendMessageBatchCommand({
      QueueUrl: `${endpoint}/000000000000/vigil-demo-checkpoints`,
      Entries: ['{"event":"checkpoint.due","version":1,"data":{}}', "no JSON at all", ofNoSlot].map(
        (MessageBody, index) => ({ Id: String(index), MessageBody }),
      ),
    }),
  );
  client.destroy();
  const dead = await watched.until("dead-lettered", (events) => sum(events) === 2);
  expect(dead[0]).toMatchObject({ queue: "vigil-demo-checkpoints-dead" });
  expect(sum(watched.seen("messages-deleted"))).toBe(1);
  const lines = watched.seen("log").map(({ line }) => line);
  expect(lines.join("\n")).toMatch(/not a checkpoint\.due event of version 1: .*vault_id/);
  expect(lines.join("\n")).toContain("not a checkpoint.due event of version 1: it is not JSON");
});

test("a missing variable fails the cold start with a message that names it", async () => {
  const file = join(folder, "Vigil.template.json");
  const template = await readFile(file, "utf8");
  await writeFile(file, template.replaceAll('"TABLE_NAME":', '"TABEL_NAME":'));
  watched = await watchedEngine({ folder, secrets, schedules: false });
  await writeFile(file, template);
  expect(await watched.engine.invoke("plan-checkpoints", {})).toMatchObject({
    ok: false,
    error: { type: "WrongEnvironment", message: expect.stringContaining("TABLE_NAME") },
  });
});
