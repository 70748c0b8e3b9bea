import { afterAll, beforeAll, expect, test } from "vitest";
import { eventExamples } from "../../events/all.ts";
import { functions } from "../../functions/all.ts";
import { startDemo } from "../../infra/commands/start/demo.ts";
import { demoProject } from "../../infra/estate/demo.ts";
import type { EngineEvent } from "../../infra/local/functions/events.ts";
import { auditsOf } from "../../shared/instances/audit.ts";
import { hostsOf } from "../../shared/instances/host.ts";

const notifications = { topics: ["urn:smn:eu-de:0123456789abcdef0123456789abcdef:another"] };

let demo: Awaited<ReturnType<typeof startDemo>>;
const events: EngineEvent[] = [];

beforeAll(async () => {
  demo = await startDemo({
    // Without a topic the address of notifications would be shut.
    project: { ...demoProject, instances: { ...demoProject.instances, notifications } },
    vaults: 4,
    seed: 3,
    faults: "none",
    speed: 240,
    onEvent: (event) => events.push(event),
  });
});
afterAll(() => demo.stop());

const payloadOf = (name: string) => eventExamples.find((event) => event.name === name)?.payload;

test.each(functions)("$name runs in the local engine from its example event", async ({ name, trigger }) => {
  const payload = payloadOf(trigger.event.name);
  expect(payload).toBeDefined();
  const behindQueue = trigger.on === "queue";
  const body = JSON.stringify(payload);
  const event = behindQueue ? { Records: [{ messageId: "example", body }] } : payload;
  const outcome = await demo.engine.invoke(name, event);
  expect(outcome).toMatchObject({ ok: true });
  if (behindQueue) expect(outcome).toMatchObject({ result: { batchItemFailures: [] } });
  // Of a topic that the estate does not name.
  if (trigger.on === "url") expect(outcome).toMatchObject({ result: { statusCode: 403 } });
});

test("the demo estate's own discovery ends with every instance in its right state, asked of the provider", async () => {
  const { world } = demo.cloud;
  const settled = async () => {
    const audits = (await Array.fromAsync(auditsOf(demo.ledger, "demo"))).map(({ value }) => value);
    const hosts = (await Array.fromAsync(hostsOf(demo.ledger, "demo"))).map(({ value }) => value);
    const known =
      audits.length > world.auditInstances.all().length && hosts.length > world.hosts.all().length;
    return known && hosts.every(({ work }) => work.state === "settled") && covered(audits);
  };
  const covered = (audits: readonly { instance_id: string; work: { state: string } }[]) =>
    audits.every(
      ({ instance_id, work }) => work.state === "settled" || !world.auditInstances.get(instance_id),
    );
  await expect.poll(settled, { timeout: 50_000, interval: 200 }).toBe(true);

  expect(world.auditInstances.all().map(({ switched }) => switched)).toEqual([1, 1, 1]);
  const able = world.hosts
    .all()
    .filter(
      (host) =>
        host.os_type === "linux" && host.protect_status === "opened" && host.agent_status === "online",
    );
  expect(able).toHaveLength(5);
  for (const host of able) expect(world.backupHosts.get(host.backup_host_id)?.running).toBe(true);
  expect(events.filter(({ type }) => type === "denied" || type === "engine-problem")).toEqual([]);
});
