import { describe, expect, test } from "vitest";
import { presets } from "../../infra/local/provider/faults.ts";
import { addFault, backUp, backupsOf, makeVault, openStage, refusal, type Stage } from "./support.ts";

const vaults = (stage: Stage) => stage.call("GET", `/v3/${stage.project}/vaults`);
const post = (stage: Stage, vault_id: string) =>
  stage.call("POST", `/v3/${stage.project}/checkpoints`, { body: { checkpoint: { vault_id } } });

describe("faults on demand", () => {
  test("throttle so many calls, saying when to come back", async () => {
    await using stage = await openStage();
    await addFault(stage, { kind: "throttle", operation: "listVaults", times: 2, retry_after_s: 7 });
    for (const _ of [1, 2]) {
      const answer = await vaults(stage);
      expect(answer).toMatchObject(refusal(429, "APIGW.0308"));
      expect(answer.headers["retry-after"]).toBe("7");
    }
    expect((await vaults(stage)).status).toBe(200);
  });

  test("fail before or after the effect", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
    await addFault(stage, {
      kind: "error",
      operation: "createCheckpoint",
      when: "before",
      status: 503,
      times: 1,
    });
    expect(await post(stage, vault_id)).toMatchObject(refusal(503, "APIGW.0601"));
    expect(await backupsOf(stage)).toEqual([]);
    await addFault(stage, { kind: "error", operation: "createCheckpoint", when: "after", times: 1 });
    expect(await post(stage, vault_id)).toMatchObject(refusal(500, "APIGW.0601"));
    expect(await backupsOf(stage)).toHaveLength(1);
    const log = stage.cloud.calls.latest(20).filter(({ operation }) => operation === "createCheckpoint");
    expect(log.map(({ status, effect }) => [status, effect])).toEqual([
      [503, false],
      [500, true],
    ]);
  });

  test("cut the connection before or after the effect", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
    await addFault(stage, { kind: "reset", operation: "createCheckpoint", when: "before", times: 1 });
    await expect(post(stage, vault_id)).rejects.toThrow();
    expect(await backupsOf(stage)).toEqual([]);
    await addFault(stage, { kind: "reset", operation: "createCheckpoint", when: "after", times: 1 });
    await expect(post(stage, vault_id)).rejects.toThrow();
    expect(await backupsOf(stage)).toHaveLength(1);
  });

  test("never answer, until the client gives up", async () => {
    await using stage = await openStage();
    await addFault(stage, { kind: "hang", operation: "listVaults", when: "after", times: 1 });
    const patience = new AbortController();
    const unanswered = expect(
      stage.call("GET", `/v3/${stage.project}/vaults`, { signal: patience.signal }),
    ).rejects.toThrow("no longer");
    // The other connection is served all the while.
    expect((await stage.call("GET", "/_control/state")).status).toBe(200);
    patience.abort(new Error("no longer"));
    await unanswered;
    expect(stage.cloud.calls.latest(1)).toMatchObject([
      { operation: "listVaults", code: "hang", effect: true },
    ]);
  });

  test("answer as real gateways do: sparsely, with one odd item, or in smaller pages", async () => {
    await using stage = await openStage();
    const [odd, fine] = [await makeVault(stage), await makeVault(stage, { name: "fine" })];
    const answered = async (fault: object) => {
      await addFault(stage, { kind: "odd", operation: "listVaults", times: 1, ...fault });
      return vaults(stage);
    };
    const { body: sparse } = await answered({ oddity: "sparse" });
    expect(sparse).not.toHaveProperty("count");
    expect(sparse).toMatchObject({
      vaults: [{ id: fine, bind_rules: {}, cross_account_urn: null }, { id: odd }],
    });
    const { body: item } = await answered({ oddity: "item", item_id: odd, lacks: ["billing"] });
    expect(item).toMatchObject({
      count: 2,
      vaults: [{ id: fine, billing: {} }, { id: odd }],
    });
    expect(item).not.toHaveProperty(["vaults", 1, "billing"]);
    const { body: capped } = await answered({ oddity: "capped", largest_page: 1 });
    expect(capped).toMatchObject({ count: 2, vaults: [{ id: fine }] });
    const deleted = `/v3/${stage.project}/vaults/${odd}`;
    await addFault(stage, { kind: "odd", operation: "deleteVault", times: 1, oddity: "sparse" });
    expect(await stage.call("DELETE", deleted)).toMatchObject({ status: 200, body: {} });
    expect((await stage.call("GET", deleted)).status).toBe(404);
    expect((await vaults(stage)).body).toMatchObject({ count: 1, vaults: [{ id: fine, bind_rules: {} }] });
  });

  test("delay by the world's clock", async () => {
    await using stage = await openStage();
    await addFault(stage, { kind: "delay", operation: "listVaults", delay_ms: 5000, times: 1 });
    let answered = false;
    const slow = vaults(stage).then((answer) => {
      answered = true;
      return answer;
    });
    while ((await stage.call("GET", "/_control/faults")).status === 200 && stage.clock.pending() === 0);
    stage.clock.pass(4999);
    await stage.call("GET", "/_control/state");
    expect(answered).toBe(false);
    stage.clock.pass(1);
    expect((await slow).status).toBe(200);
    expect(stage.cloud.calls.latest(1)[0]?.duration_ms).toBe(5000);
  });

  test("list what was created only after a while; a single query finds it at once", async () => {
    await using stage = await openStage({ faults: { ...presets.none, listing_lag_ms: 20_000 } });
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
    const listed = async () => (await stage.api.cbr.listVaults()).count;
    expect(await listed()).toBe(0);
    expect((await stage.api.cbr.showVault({ path: { vault_id } })).vault.id).toBe(vault_id);
    stage.clock.pass(19_999);
    expect(await listed()).toBe(0);
    stage.clock.pass(2);
    expect(await listed()).toBe(1);
    await post(stage, vault_id);
    expect((await stage.api.cbr.listTasks()).count).toBe(0);
    expect((await stage.api.cbr.listBackups()).count).toBe(0);
    stage.clock.pass(20_001);
    expect((await stage.api.cbr.listTasks()).count).toBe(1);
    expect((await stage.api.cbr.listBackups()).count).toBe(1);
  });

  test("move a list while it is paged: an item is skipped, and the count tells", async () => {
    await using stage = await openStage();
    const names = ["a", "b", "c", "d"];
    for (const name of names) await makeVault(stage, { name });
    const page = async (offset: number) => stage.api.cbr.listVaults({ query: { limit: 2, offset } });
    const first = await page(0);
    stage.cloud.faults.setPlan({ ...presets.none, page_drift: 1 });
    const second = await page(2);
    expect([first.count, second.count]).toEqual([4, 3]);
    expect([...first.vaults, ...second.vaults].map(({ name }) => name)).toEqual(["d", "c", "a"]);
  });

  test("slow a task down", async () => {
    await using stage = await openStage({ settings: { wait_ms: [0, 0], backup_ms: [60_000, 60_000] } });
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
    await addFault(stage, { kind: "task", outcome: "slow", slowness: 10, vault_id });
    await post(stage, vault_id);
    stage.clock.pass(599_000);
    expect(await backupsOf(stage, { status: "protecting" })).toHaveLength(1);
    stage.clock.pass(2_000);
    expect(await backupsOf(stage, { status: "available" })).toHaveLength(1);
  });

  test("are set, shown and taken away over the control endpoint; nonsense is refused", async () => {
    await using stage = await openStage();
    const put = (body: unknown) => stage.call("PUT", "/_control/faults", { body });
    expect((await put({ preset: "heavy" })).body).toMatchObject({ listing_lag_ms: 20_000 });
    expect((await stage.call("GET", "/_control/faults")).body).toEqual(presets.heavy);
    expect((await put({ preset: "worse" })).status).toBe(400);
    expect((await stage.call("POST", "/_control/faults", { body: { kind: "meteor" } })).status).toBe(400);
    expect((await stage.call("GET", "/_control/nothing")).status).toBe(404);
    expect((await stage.call("DELETE", "/_control/faults")).body).toEqual(presets.none);
  });
});

describe("heavy faults", () => {
  /** Posts many checkpoints one after another and tells how each ended. */
  async function outcomes(seed: number): Promise<string> {
    await using stage = await openStage({ seed });
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1), size: 10_000 });
    stage.cloud.faults.setPlan(presets.heavy);
    const ends: string[] = [];
    for (let index = 0; index < 400; index += 1) {
      ends.push(
        await post(stage, vault_id).then(
          ({ status }) => String(status),
          () => "lost",
        ),
      );
      stage.settle();
    }
    return ends.join(" ");
  }

  test("come in the documented shares, and the same seed brings the same ones", async () => {
    const first = await outcomes(7);
    const share = (end: string) => first.split(" ").filter((one) => one === end).length / 400;
    expect(share("lost")).toBeGreaterThan(0.24);
    expect(share("lost")).toBeLessThan(0.36);
    expect(share("429")).toBeGreaterThan(0.04);
    expect(share("429")).toBeLessThan(0.12);
    expect(share("500")).toBeGreaterThan(0.01);
    expect(await outcomes(7)).toBe(first);
    expect(await outcomes(8)).not.toBe(first);
  });

  test("lose answers only after the effect", async () => {
    await using stage = await openStage({ seed: 3 });
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1), size: 10_000 });
    stage.cloud.faults.setPlan(presets.heavy);
    for (let index = 0; index < 50; index += 1) {
      await post(stage, vault_id).catch(() => undefined);
      stage.settle();
    }
    const lost = stage.cloud.calls.latest(100).filter(({ code }) => code === "reset");
    expect(lost.length).toBeGreaterThan(5);
    expect(lost.every(({ effect }) => effect)).toBe(true);
  });
});

describe("rate limits", () => {
  test("host security takes five calls a minute from a user when told to", async () => {
    await using stage = await openStage({ limits: { hss: { calls: 5, window_ms: 60_000 } } });
    const ask = () => stage.call("GET", `/v5/${stage.project}/backup/policy`);
    for (let index = 0; index < 5; index += 1) expect((await ask()).status).toBe(200);
    stage.clock.pass(10_000);
    const sixth = await ask();
    expect(sixth).toMatchObject(refusal(429, "APIGW.0308"));
    expect(sixth.headers["retry-after"]).toBe("50");
    const { roles } = stage.made.identities;
    expect((await stage.as(roles.instances)("GET", `/v5/${stage.project}/backup/policy`)).status).toBe(200);
    expect((await vaults(stage)).status).toBe(200);
    stage.clock.pass(50_000);
    expect((await ask()).status).toBe(200);
    await stage.call("PUT", "/_control/limits", { body: {} });
    for (let index = 0; index < 9; index += 1) expect((await ask()).status).toBe(200);
  });
});

describe("the call log", () => {
  test("tells listeners of each call, and counts by operation and status", async () => {
    await using stage = await openStage();
    const seen: string[] = [];
    const stop = stage.cloud.calls.onCall(({ operation, status, user }) =>
      seen.push(`${operation} ${status} ${user}`),
    );
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
    await backUp(stage, vault_id);
    await post(stage, "nothing");
    stop();
    await vaults(stage);
    expect(seen).toEqual([
      "createVault 200 admin",
      "createCheckpoint 200 admin",
      "createCheckpoint 404 admin",
    ]);
    expect((await stage.call("GET", "/_control/statistics")).body).toEqual({
      createVault: { "200": 1 },
      createCheckpoint: { "200": 1, "404": 1 },
      listVaults: { "200": 1 },
    });
    expect((await stage.call("GET", "/_control/state")).body).toMatchObject({
      vaults: [{ id: vault_id, checkpoints: 1, backups: 1, running_tasks: 0 }],
    });
    const { body } = await stage.call("GET", "/_control/checkpoints?vault_id=none");
    expect(body).toEqual([]);
  });
});
