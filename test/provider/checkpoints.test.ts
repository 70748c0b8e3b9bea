import { describe, expect, test } from "vitest";
import {
  addFault,
  backUp,
  backupsOf,
  happen,
  makeVault,
  openStage,
  refusal,
  type Stage,
  showVault,
  tasksOf,
  types,
} from "./support.ts";

const post = (stage: Stage, vault_id: string, parameters?: object) =>
  stage.call("POST", `/v3/${stage.project}/checkpoints`, { body: { checkpoint: { vault_id, parameters } } });

const start = async ({ api }: Stage, vault_id: string, name: string) =>
  (
    await api.cbr.createCheckpoint({
      body: { checkpoint: { vault_id, parameters: { name, description: "d" } } },
    })
  ).checkpoint;

const show = async ({ api }: Stage, checkpoint_id: string) =>
  (await api.cbr.showCheckpoint({ path: { checkpoint_id } })).checkpoint;

describe("a checkpoint", () => {
  test("starts one task and one backup for each resource, which take time", async () => {
    await using stage = await openStage();
    const resources = stage.made.servers.slice(0, 3);
    const vault_id = await makeVault(stage, { resources });
    const checkpoint = await start(stage, vault_id, "night_1");
    expect(checkpoint).toMatchObject({
      project_id: stage.project,
      status: "protecting",
      vault: { id: vault_id, name: "v", skipped_resources: [] },
      extra_info: { name: "night_1", description: "d", retention_duration: -1 },
    });
    expect(checkpoint.vault?.resources?.map(({ id }) => id)).toEqual(resources);

    const waiting = await tasksOf(stage, { vault_id });
    expect(waiting.map(({ status }) => status)).toEqual(["waiting", "waiting", "waiting"]);
    stage.clock.pass(60_000);
    const [running] = await tasksOf(stage, { vault_id });
    expect(running).toMatchObject({
      status: "running",
      operation_type: "backup",
      checkpoint_id: checkpoint.id,
    });
    expect(running?.extra_info?.common?.progress).toBeGreaterThan(0);
    expect((await showVault(stage, vault_id)).resources).toMatchObject(
      Array(3).fill({ protect_status: "protecting" }),
    );

    stage.settle();
    const [done] = await tasksOf(stage, { vault_id });
    expect(done).toMatchObject({
      status: "success",
      error_info: { code: "" },
      extra_info: { common: { progress: 100 }, backup: { backup_name: "night_1", incremental: "false" } },
    });
    expect(await show(stage, checkpoint.id)).toMatchObject({ status: "available" });
    const backups = await backupsOf(stage, { checkpoint_id: checkpoint.id });
    expect(backups.map(({ name, status }) => [name, status])).toEqual(
      Array(3).fill(["night_1", "available"]),
    );
    expect(new Set(backups.map(({ resource_id }) => resource_id))).toEqual(new Set(resources));
  });

  test("of a server has a child for each disk; excluded ones are left out", async () => {
    await using stage = await openStage();
    const [first = "", second = ""] = stage.made.servers;
    const [system, data] = stage.made.world.resources.get(first)?.disks ?? [];
    const vault_id = await makeVault(stage);
    await stage.api.cbr.addResources({
      path: { vault_id },
      body: {
        resources: [
          { id: first, type: types.server, extra_info: { exclude_volumes: [data?.id ?? ""] } },
          { id: second, type: types.server },
        ],
      },
    });
    await backUp(stage, vault_id);
    const [newer, older] = await backupsOf(stage, { vault_id });
    expect(older).toMatchObject({ resource_id: first, children: [{ resource_id: system?.id }] });
    expect(newer?.children).toHaveLength(2);
    const children = await backupsOf(stage, { parent_id: newer?.id ?? "" });
    expect(children.map(({ parent_id }) => parent_id)).toEqual([newer?.id, newer?.id]);
  });

  test("fills the vault: first with everything, then with what changed", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
    const used = async () => (await showVault(stage, vault_id)).billing.used ?? 0;
    await backUp(stage, vault_id);
    const full_mb = await used();
    await backUp(stage, vault_id);
    const change_mb = (await used()) - full_mb;
    await backUp(stage, vault_id, { incremental: false });
    const all_mb = await used();
    expect(full_mb).toBeGreaterThan(100);
    expect(change_mb).toBeGreaterThan(0);
    expect(change_mb).toBeLessThan(full_mb / 10);
    expect(all_mb - full_mb - change_mb).toBeGreaterThanOrEqual(full_mb);
    expect((await showVault(stage, vault_id)).resources).toMatchObject([
      { backup_count: 3, backup_size: all_mb },
    ]);
    const flags = (await backupsOf(stage, { vault_id })).map(({ extend_info }) => extend_info?.incremental);
    expect(flags).toEqual([false, true, false]);
  });

  test("of named resources backs up only those", async () => {
    await using stage = await openStage();
    const [first = "", second = "", third = "", stranger = ""] = stage.made.servers;
    const vault_id = await makeVault(stage, { resources: [first, second, third] });
    await backUp(stage, vault_id, { resources: [second] });
    await backUp(stage, vault_id, { resource_details: [{ id: third, type: types.server }] });
    const backups = await backupsOf(stage, { vault_id });
    expect(backups.map(({ resource_id }) => resource_id)).toEqual([third, second]);
    expect(await post(stage, vault_id, { resources: [stranger] })).toMatchObject(
      refusal(400, "BackupService.6135"),
    );
  });

  test("is refused while another one runs, and when there is nothing to back up", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 2) });
    expect((await post(stage, vault_id)).status).toBe(200);
    expect(await post(stage, vault_id)).toMatchObject(refusal(400, "BackupService.6125"));
    stage.settle();
    expect((await post(stage, vault_id)).status).toBe(200);
    expect(await post(stage, await makeVault(stage))).toMatchObject(refusal(400, "BackupService.0001"));
    const strange = "8b0851a8-adf3-4f4c-a914-dead08bf9664";
    expect(await post(stage, strange)).toMatchObject(refusal(404, "BackupService.6105"));
    expect(await stage.call("GET", `/v3/${stage.project}/checkpoints/${strange}`)).toMatchObject(
      refusal(404, "BackupService.6217"),
    );
  });

  test.each([
    ["frozen", "6113"],
    ["lock", "6113"],
    ["deleting", "6112"],
    ["error", "6112"],
  ] as const)("is refused in a vault whose status is %s", async (status, code) => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
    await happen(stage, { action: "set-vault-status", vault_id, status });
    expect(await post(stage, vault_id)).toMatchObject(refusal(400, `BackupService.${code}`));
    expect((await showVault(stage, vault_id)).billing.status).toBe(status);
  });

  test("is refused in a full vault, unless the vault grows by itself", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1), size: 10 });
    await happen(stage, { action: "set-vault-used", vault_id, used_mb: 10 * 1024 });
    expect(await post(stage, vault_id)).toMatchObject(refusal(400, "BackupService.6114"));
    await stage.api.cbr.updateVault({ path: { vault_id }, body: { vault: { auto_expand: true } } });
    await backUp(stage, vault_id);
    expect((await showVault(stage, vault_id)).billing.size).toBeGreaterThan(10);
  });

  test("is taken of a locked vault as of any other", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1), locked: true });
    await backUp(stage, vault_id);
    expect(await backupsOf(stage, { vault_id })).toMatchObject([{ status: "available" }]);
  });

  test("leaves out a resource that the provider refuses, and says why", async () => {
    await using stage = await openStage();
    const [first = "", second = ""] = stage.made.servers;
    const vault_id = await makeVault(stage, { resources: [first, second] });
    await happen(stage, { action: "refuse-resource", resource_id: first, code: "7103" });
    const { vault } = await start(stage, vault_id, "n");
    expect(vault).toMatchObject({
      skipped_resources: [{ id: first, type: types.server, code: "BackupService.7103" }],
      resources: [{ id: second }],
    });
    stage.settle();
    expect(await post(stage, vault_id, { resources: [first] })).toMatchObject(
      refusal(400, "BackupService.0001"),
    );
  });

  test("with a task that fails is available if any succeeded, and an error if none did", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 2) });
    const failing = (times: number) =>
      addFault(stage, { kind: "task", outcome: "failed", code: "BackupService.7203", vault_id, times });
    await failing(1);
    const half = await backUp(stage, vault_id);
    await failing(2);
    const none = await backUp(stage, vault_id);
    expect(await show(stage, half)).toMatchObject({
      status: "available",
      vault: { resources: [{ protect_status: "error" }, { protect_status: "available" }] },
    });
    expect(await show(stage, none)).toMatchObject({ status: "error" });
    const failed = await tasksOf(stage, { status: "failed" });
    expect(failed).toHaveLength(3);
    expect(failed[0]?.error_info).toEqual({
      code: "BackupService.7203",
      message: "The snapshot is not in the correct status.",
    });
    expect(await backupsOf(stage, { status: "error" })).toHaveLength(3);
  });

  test("can be partial: a good server backup with a disk that is not", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
    await addFault(stage, { kind: "task", outcome: "partial", times: 1 });
    await backUp(stage, vault_id);
    expect(await backupsOf(stage, { vault_id })).toMatchObject([
      { status: "available", children: [{ status: "available" }, { status: "error" }] },
    ]);
  });

  test.each([
    [{ name: "" }],
    [{ name: "a b" }],
    [{ name: "x".repeat(65) }],
    [{ incremental: "yes" }],
    [{ resources: ["not-a-uuid"] }],
    [{ description: "x".repeat(256) }],
  ])("refuses parameters out of their documented range: %j", async (parameters) => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
    const answer = await post(stage, vault_id, parameters);
    expect(answer).toMatchObject(refusal(400, "BackupService.9900"));
    expect(JSON.stringify(answer.body)).toContain(Object.keys(parameters)[0]);
  });

  test("may carry fields that the service does not know", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
    expect((await post(stage, vault_id, { name: "n", of_the_future: { a: 1 } })).status).toBe(200);
  });
});

describe("tasks", () => {
  test("are found by vault, resource, name, type, status and time, a page at a time", async () => {
    await using stage = await openStage();
    const [first = "", ...others] = stage.made.servers.slice(0, 4);
    const vault_id = await makeVault(stage, { resources: [first, ...others] });
    await backUp(stage, vault_id);
    const between = new Date(stage.clock.now()).toISOString().replace(/\.\d+/, "");
    stage.clock.pass(1000);
    await backUp(stage, vault_id);
    expect(await tasksOf(stage, { resource_id: first })).toHaveLength(2);
    expect(await tasksOf(stage, { resource_name: "server-2" })).toHaveLength(2);
    expect(await tasksOf(stage, { vault_name: "v", operation_type: "backup" })).toHaveLength(8);
    expect(await tasksOf(stage, { operation_type: "restore" })).toHaveLength(0);
    expect(await tasksOf(stage, { start_time: between })).toHaveLength(4);
    expect(await tasksOf(stage, { end_time: "2026-03-02T00:30:00Z" })).toHaveLength(4);
    const all = await tasksOf(stage);
    const pages = [
      await tasksOf(stage, { limit: 3 }),
      await tasksOf(stage, { limit: 3, offset: 3 }),
      await tasksOf(stage, { limit: 3, offset: 6 }),
    ];
    expect(all).toHaveLength(8);
    expect(pages.flat()).toEqual(all);
    expect(await stage.api.cbr.showTask({ path: { operation_log_id: all[0]?.id ?? "" } })).toEqual({
      operation_log: all[0],
    });
    expect(await stage.call("GET", `/v3/${stage.project}/operation-logs/nothing`)).toMatchObject(
      refusal(404, "BackupService.6500"),
    );
  });

  test("that hang never end; those that time out say so after hours", async () => {
    await using stage = await openStage();
    const [first = "", second = ""] = stage.made.servers;
    const vault_id = await makeVault(stage, { resources: [first, second] });
    await addFault(stage, { kind: "task", outcome: "hang", resource_id: first, times: 1 });
    await addFault(stage, { kind: "task", outcome: "timeout", resource_id: second, times: 1 });
    await post(stage, vault_id);
    stage.clock.pass(5 * 3_600_000);
    expect(await tasksOf(stage, { status: "running" })).toHaveLength(2);
    stage.clock.pass(48 * 3_600_000);
    expect(await tasksOf(stage, { status: "timeout" })).toMatchObject([
      { extra_info: { resource: { id: second } } },
    ]);
    expect(await tasksOf(stage, { status: "running" })).toMatchObject([
      { extra_info: { resource: { id: first } } },
    ]);
    expect(await post(stage, vault_id)).toMatchObject(refusal(400, "BackupService.6125"));
  });
});
