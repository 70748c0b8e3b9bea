import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkpointDue } from "../../events/checkpoint-due.ts";
import { atStandIn, demoProject, demoSecret } from "../../infra/estate/demo.ts";
import { ENGINE_KEY } from "../../infra/local/aws/gateway.ts";
import { dynamoClient, sqsClient } from "../../infra/local/clients.ts";
import { synthesize } from "../../infra/stack/synthesize.ts";
import { type Slot, slotRecord } from "../../shared/checkpoints/slot.ts";
import { roles } from "../../shared/estate/secrets.ts";
import { dynamoLedger } from "../../shared/ledger/dynamo.ts";
import { plan, settle } from "../../shared/work/transitions.ts";
import { EVENING_MS, type WatchedEngine, watchedEngine } from "./fixtures/watched-engine.ts";

// Nobody answers there: a message that is still to be worked on is put off, one that is stale never comes so far.
const nowhere = { url: "http://127.0.0.1:9", project_id: "p".repeat(32), account_id: "a".repeat(32) };
const secrets = new Map(roles.map((role) => [demoSecret(role), '{"kind":"aksk","ak":"A","sk":"S"}']));
const scheduled_at = "2026-11-20T23:00:00Z";

let folder: string;
let watched: WatchedEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vigil-redrive-"));
  await synthesize(atStandIn(demoProject, nowhere), folder);
  watched = await watchedEngine({ folder, secrets, schedules: false, speed: 50 });
});
afterAll(async () => {
  await watched.engine.stop();
  await rm(folder, { recursive: true });
});

const slotOf = (vault_id: string, work: Slot["work"]): Slot => ({
  ...{
    project: "demo",
    deployment: "test",
    rule: "nightly",
    vault_id,
    vault_name: vault_id,
    scheduled_at,
    work,
  },
  ...{ deadline_at_ms: EVENING_MS + 7_200_000, after: null, incremental: true, named: false },
  ...{ resources: ["r"], attempts: [], covered: {}, failure: {} },
});

test("dead letters go back through the protocol: what is stale is dropped with the reason, what is open is worked on", async () => {
  const { engine } = watched;
  const dynamo = dynamoClient(engine.endpoint, ENGINE_KEY);
  const ledger = dynamoLedger({
    ...{ table: "vigil-demo-ledger", now: engine.clock.now },
    connect: async () => dynamo,
  });
  const open = plan(EVENING_MS - 60_000);
  const done = settle(open, { now_ms: EVENING_MS, outcome: "done" });
  await slotRecord.create(ledger, slotOf("settled-vault", done));
  await slotRecord.create(ledger, slotOf("moved-on-vault", { ...open, attempt: 2 }));
  await slotRecord.create(ledger, slotOf("open-vault", open));
  dynamo.destroy();

  const sqs = sqsClient(engine.endpoint, ENGINE_KEY);
  for (const vault_id of ["settled-vault", "moved-on-vault", "open-vault", "unknown-vault"]) {
    const MessageBody = checkpointDue.create({ project: "demo", vault_id, scheduled_at, attempt: 1 });
    const QueueUrl = `${engine.endpoint}/000000000000/vigil-demo-checkpoints-dead`;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
  sqs.destroy();
  expect(await engine.redrive("checkpoints")).toBe(4);

  const results = () =>
    watched
      .seen("log")
      .filter(({ line }) => line.includes('"message":"done"'))
      .map(({ line }) => JSON.parse(line).result);
  await watched.until(
    "messages-deleted",
    (events) => events.reduce((sum, { count }) => sum + count, 0) === 4,
  );
  const reasons = results().filter(({ did }) => did === "nothing");
  expect(reasons.map(({ why }) => why).sort()).toMatchInlineSnapshot(`
    [
      "it is settled",
      "the ledger knows no such work",
      "the message is for attempt 1, the work is at attempt 2",
    ]
  `);
  expect(results().filter(({ did }) => did !== "nothing")).toEqual([
    { did: "put-off", why: expect.stringContaining("createCheckpoint") },
  ]);
  expect((await engine.queueDepths()).get("vigil-demo-checkpoints-dead")?.waiting).toBe(0);
});
