import { describe, expect, test } from "vitest";
import { addResource } from "../../infra/local/provider/world/resources.ts";
import { createVault } from "../../infra/local/provider/world/vaults.ts";
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

const server = (id: string | undefined) => ({ id: id ?? "", type: types.server });

const addTo = ({ call, project }: Stage, vault_id: string, resources: object[]) =>
  call("POST", `/v3/${project}/vaults/${vault_id}/addresources`, { body: { resources } });

describe("a vault", () => {
  test("is created as asked, shown, listed, changed and deleted", async () => {
    await using stage = await openStage();
    const { cbr } = stage.api;
    const [first = "", second = ""] = stage.made.servers;
    const { vault } = await cbr.createVault({
      body: {
        vault: {
          name: "shop",
          description: "the shop's servers",
          billing: {
            consistent_level: "crash_consistent",
            object_type: "server",
            protect_type: "backup",
            size: 100,
          },
          resources: [server(first), server(second)],
          tags: [{ key: "backup", value: "nightly" }],
          backup_name_prefix: "pre",
        },
      },
    });
    expect(vault).toMatchObject({
      name: "shop",
      description: "the shop's servers",
      project_id: stage.project,
      tags: [{ key: "backup", value: "nightly" }],
      billing: {
        status: "available",
        size: 100,
        used: 0,
        allocated: 120,
        spec_code: "vault.backup.server.normal",
      },
      locked: false,
    });
    expect(await showVault(stage, vault.id)).toEqual(vault);
    expect(await cbr.listVaults({ query: { name: "shop" } })).toMatchObject({ count: 1, vaults: [vault] });
    const changed = await cbr.updateVault({
      path: { vault_id: vault.id },
      body: { vault: { name: "shop-2", billing: { size: 200 }, threshold: 90 } },
    });
    expect(changed.vault).toMatchObject({ name: "shop-2", billing: { size: 200 }, threshold: 90 });
    await cbr.deleteVault({ path: { vault_id: vault.id } });
    expect(await stage.call("GET", `/v3/${stage.project}/vaults/${vault.id}`)).toMatchObject(
      refusal(404, "BackupService.6105"),
    );
  });

  test("is found by every filter of the list", async () => {
    await using stage = await openStage();
    const [first = ""] = stage.made.servers;
    const servers = await makeVault(stage, { resources: [first], name: "a" });
    const disks = await makeVault(stage, { kind: "disk", name: "b" });
    const { policy } = await stage.api.cbr.createPolicy({
      body: {
        policy: { name: "p", operation_definition: {}, trigger: { properties: { pattern: ["FREQ=DAILY"] } } },
      },
    });
    await stage.api.cbr.associatePolicy({ path: { vault_id: disks }, body: { policy_id: policy.id } });
    const ids = async (query: Parameters<typeof stage.api.cbr.listVaults>[0]) =>
      (await stage.api.cbr.listVaults(query)).vaults.map(({ id }) => id);
    expect(await ids({})).toEqual([disks, servers]);
    expect(await ids({ query: { object_type: "disk" } })).toEqual([disks]);
    expect(await ids({ query: { policy_id: policy.id } })).toEqual([disks]);
    expect(await ids({ query: { resource_ids: `x,${first}` } })).toEqual([servers]);
    expect(await ids({ query: { id: servers, status: "available" } })).toEqual([servers]);
    expect(await ids({ query: { status: "frozen" } })).toEqual([]);
    expect(await ids({ query: { limit: 1, offset: 1 } })).toEqual([servers]);
  });

  test("takes a resource only once, only of its kind, only one that exists", async () => {
    await using stage = await openStage();
    const [first, second] = stage.made.servers;
    const vault_id = await makeVault(stage, { resources: [first ?? ""] });
    const other = await makeVault(stage);
    expect(await addTo(stage, other, [server(first)])).toMatchObject(refusal(400, "BackupService.6103"));
    expect(await addTo(stage, other, [server(second), server(second)])).toMatchObject(
      refusal(400, "BackupService.6104"),
    );
    expect(await addTo(stage, other, [{ id: stage.made.volumes[0], type: types.disk }])).toMatchObject(
      refusal(400, "BackupService.6102"),
    );
    expect(await addTo(stage, other, [server("no-such-server")])).toMatchObject(
      refusal(404, "BackupService.7100"),
    );
    expect((await showVault(stage, other)).resources).toEqual([]);
    expect(
      await stage.api.cbr.addResources({ path: { vault_id }, body: { resources: [server(second)] } }),
    ).toEqual({
      add_resource_ids: [second],
    });
  });

  test("keeps the names that its resources are given when they are put in", async () => {
    await using stage = await openStage();
    const [first = "", second = "", third = ""] = stage.made.servers;
    const vault_id = await makeVault(stage, { resources: [first] });
    await stage.api.cbr.addResources({
      path: { vault_id },
      body: { resources: [{ ...server(second), name: "shop database" }, server(third)] },
    });
    const { resources } = await showVault(stage, vault_id);
    expect(Object.fromEntries(resources.map(({ id, name }) => [id, name]))).toEqual({
      [first]: "server-1",
      [second]: "shop database",
      [third]: "server-3",
    });
  });

  test("holds 256 resources and not one more", async () => {
    await using stage = await openStage();
    const { world } = stage.made;
    const ids = Array.from({ length: 257 }, (_, index) => {
      const project_id = stage.project;
      return addResource(world, { project_id, object_type: "disk", name: `d-${index}`, sizes_gb: [10] }).id;
    });
    const vault_id = await makeVault(stage, { kind: "disk", resources: ids.slice(0, 255) });
    await stage.api.cbr.addResources({
      path: { vault_id },
      body: { resources: [{ id: ids[255] ?? "", type: types.disk }] },
    });
    expect(await addTo(stage, vault_id, [{ id: ids[256], type: types.disk }])).toMatchObject(
      refusal(400, "BackupService.6100"),
    );
    expect((await showVault(stage, vault_id)).resources).toHaveLength(256);
  });

  test.each([
    [
      "size",
      {
        billing: {
          consistent_level: "crash_consistent",
          object_type: "server",
          protect_type: "backup",
          size: 9,
        },
      },
    ],
    ["name", { name: "" }],
    ["tags", { tags: Array.from({ length: 11 }, (_, index) => ({ key: `k${index}`, value: "v" })) }],
    ["tags", { tags: [{ key: "a=b", value: "v" }] }],
    [
      "object_type",
      {
        billing: {
          consistent_level: "crash_consistent",
          object_type: "vm",
          protect_type: "backup",
          size: 10,
        },
      },
    ],
  ])("is refused with a wrong %s", async (field, wrong) => {
    await using stage = await openStage();
    const billing = {
      consistent_level: "crash_consistent",
      object_type: "server",
      protect_type: "backup",
      size: 100,
    };
    const answer = await stage.call("POST", `/v3/${stage.project}/vaults`, {
      body: { vault: { name: "v", billing, resources: [], ...wrong } },
    });
    expect(answer).toMatchObject(refusal(400, "BackupService.9900"));
    expect(JSON.stringify(answer.body)).toContain(field);
  });

  test("is found by its tags: all, any, none of them, or none at all", async () => {
    await using stage = await openStage();
    const tag = (key: string, value: string) => ({ key, value });
    const red = await makeVault(stage, { name: "red", tags: [tag("backup", "nightly"), tag("team", "red")] });
    const blue = await makeVault(stage, {
      name: "blue",
      tags: [tag("backup", "nightly"), tag("team", "blue")],
    });
    const weekly = await makeVault(stage, { name: "weekly", tags: [tag("backup", "weekly")] });
    const plain = await makeVault(stage, { name: "plain" });
    const { cbr } = stage.api;
    const find = async (filter: object) => {
      const { resources, total_count } = await cbr.listVaultsByTags({
        body: { action: "filter", ...filter },
      });
      expect(total_count).toBe(resources?.length);
      return resources?.map(({ resource_id }) => resource_id);
    };
    const nightly = { key: "backup", values: ["nightly"] };
    const redTeam = { key: "team", values: ["red"] };
    expect(await find({ tags: [nightly] })).toEqual([blue, red]);
    expect(await find({ tags: [nightly, redTeam] })).toEqual([red]);
    expect(await find({ tags: [{ key: "backup", values: [] }] })).toEqual([weekly, blue, red]);
    expect(await find({ tags_any: [redTeam, { key: "backup", values: ["weekly"] }] })).toEqual([weekly, red]);
    expect(await find({ not_tags: [nightly, redTeam] })).toEqual([plain, weekly, blue]);
    expect(await find({ not_tags_any: [nightly, redTeam] })).toEqual([plain, weekly]);
    expect(await find({ without_any_tag: true })).toEqual([plain]);
    expect(await find({ matches: [{ key: "resource_name", value: "ee" }] })).toEqual([weekly]);
    expect(await cbr.listVaultsByTags({ body: { action: "count", tags: [nightly] } })).toEqual({
      total_count: 2,
    });
  });

  test("that binds by tags takes what bears them, now and later", async () => {
    await using stage = await openStage();
    const { world } = stage.made;
    const project_id = stage.project;
    const tags = [{ key: "env", value: "prod" }];
    const before = addResource(world, {
      project_id,
      object_type: "server",
      name: "s1",
      sizes_gb: [40],
      tags,
    });
    const { vault } = await stage.api.cbr.createVault({
      body: {
        vault: {
          name: "auto",
          billing: {
            consistent_level: "crash_consistent",
            object_type: "server",
            protect_type: "backup",
            size: 100,
          },
          resources: [],
          auto_bind: true,
          bind_rules: { tags },
        },
      },
    });
    const after = addResource(world, { project_id, object_type: "server", name: "s2", sizes_gb: [40], tags });
    addResource(world, { project_id, object_type: "server", name: "s3", sizes_gb: [40] });
    expect((await showVault(stage, vault.id)).resources.map(({ id }) => id)).toEqual([before.id, after.id]);
  });
});

describe("a vault's limits", () => {
  test("it cannot be made smaller than what it holds", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage);
    await happen(stage, { action: "set-vault-used", vault_id, used_mb: 50 * 1024 });
    const resize = (size: number) =>
      stage.call("PUT", `/v3/${stage.project}/vaults/${vault_id}`, {
        body: { vault: { billing: { size } } },
      });
    expect(await resize(49)).toMatchObject(refusal(400, "BackupService.6101"));
    expect((await resize(50)).status).toBe(200);
    await happen(stage, { action: "set-vault-status", vault_id, status: "frozen" });
    expect(await resize(60)).toMatchObject(refusal(400, "BackupService.6110"));
  });

  test("it bears at most twenty tags", async () => {
    await using stage = await openStage();
    const make = (count: number) =>
      createVault(stage.made.world, {
        project_id: stage.project,
        user_id: "",
        name: "v",
        object_type: "disk",
        size_gb: 10,
        resources: [],
        tags: Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: "" })),
      });
    expect(make(20).tags).toHaveLength(20);
    expect(() => make(21)).toThrow("BackupService.6600");
  });
});

describe("taking resources out of a vault", () => {
  test("deletes their backups, and takes time when there are any", async () => {
    await using stage = await openStage();
    const [first = "", second = ""] = stage.made.servers;
    const vault_id = await makeVault(stage, { resources: [first, second] });
    await backUp(stage, vault_id);
    const { used = 0 } = (await showVault(stage, vault_id)).billing;
    const removed = await stage.api.cbr.removeResources({
      path: { vault_id },
      body: { resource_ids: [first] },
    });
    expect(removed).toEqual({ remove_resource_ids: [first] });
    expect((await showVault(stage, vault_id)).resources).toMatchObject([{ protect_status: "removing" }, {}]);
    stage.settle();
    const after = await showVault(stage, vault_id);
    expect(after.resources.map(({ id }) => id)).toEqual([second]);
    expect(after.billing.used).toBeLessThan(used ?? 0);
    expect((await backupsOf(stage, { vault_id })).map(({ resource_id }) => resource_id)).toEqual([second]);
    expect(await tasksOf(stage, { operation_type: "remove_resource" })).toMatchObject([
      { status: "success", extra_info: { remove_resources: { total_count: 1, fail_count: 0 } } },
    ]);
    const again = await stage.call("POST", `/v3/${stage.project}/vaults/${vault_id}/removeresources`, {
      body: { resource_ids: [first] },
    });
    expect(again).toMatchObject(refusal(400, "BackupService.6135"));
  });

  test("is refused while they are backed up", async () => {
    await using stage = await openStage();
    const [first = ""] = stage.made.servers;
    const vault_id = await makeVault(stage, { resources: [first] });
    await stage.api.cbr.createCheckpoint({ body: { checkpoint: { vault_id } } });
    const busy = await stage.call("POST", `/v3/${stage.project}/vaults/${vault_id}/removeresources`, {
      body: { resource_ids: [first] },
    });
    expect(busy).toMatchObject(refusal(400, "BackupService.6125"));
    expect(await stage.call("DELETE", `/v3/${stage.project}/vaults/${vault_id}`)).toMatchObject(
      refusal(400, "BackupService.6111"),
    );
  });

  test("deleting the vault deletes its backups", async () => {
    await using stage = await openStage();
    const [first = ""] = stage.made.servers;
    const vault_id = await makeVault(stage, { resources: [first] });
    await backUp(stage, vault_id);
    await stage.api.cbr.deleteVault({ path: { vault_id } });
    expect((await showVault(stage, vault_id)).billing.status).toBe("deleting");
    stage.settle();
    expect(await stage.call("GET", `/v3/${stage.project}/vaults/${vault_id}`)).toMatchObject(
      refusal(404, "BackupService.6105"),
    );
    expect(await backupsOf(stage)).toEqual([]);
    expect(await tasksOf(stage, { operation_type: "vault_delete" })).toMatchObject([{ status: "success" }]);
    expect((await addTo(stage, await makeVault(stage), [server(first)])).status).toBe(200);
  });

  test("a locked vault with backups cannot be deleted", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1), locked: true });
    await backUp(stage, vault_id);
    expect(await stage.call("DELETE", `/v3/${stage.project}/vaults/${vault_id}`)).toMatchObject(
      refusal(400, "BackupService.6115"),
    );
  });
});

describe("migrating resources", () => {
  test("moves them with their backups and their room", async () => {
    await using stage = await openStage();
    const [first = "", second = ""] = stage.made.servers;
    const from = await makeVault(stage, { resources: [first, second] });
    const to = await makeVault(stage);
    await backUp(stage, from);
    await backUp(stage, from);
    const before = await showVault(stage, from);
    const moved = await stage.api.cbr.migrateResources({
      path: { vault_id: from },
      body: { destination_vault_id: to, resource_ids: [first] },
    });
    expect(moved).toEqual({ migrated_resources: [first] });
    const [source, destination] = [await showVault(stage, from), await showVault(stage, to)];
    expect(source.resources.map(({ id }) => id)).toEqual([second]);
    expect(destination.resources).toMatchObject([{ id: first, backup_count: 2 }]);
    expect((source.billing.used ?? 0) + (destination.billing.used ?? 0)).toBe(before.billing.used);
    expect(await backupsOf(stage, { vault_id: to })).toMatchObject([
      { resource_id: first },
      { resource_id: first },
    ]);
    await backUp(stage, to);
    expect(await backupsOf(stage, { vault_id: to, incremental: true })).toHaveLength(2);
  });

  test("is refused between kinds, to itself, to nowhere, without room and while a task runs", async () => {
    await using stage = await openStage();
    const [first = ""] = stage.made.servers;
    const from = await makeVault(stage, { resources: [first] });
    const disks = await makeVault(stage, { kind: "disk" });
    const small = await makeVault(stage, { size: 10 });
    const move = (destination_vault_id: string, resource_ids = [first]) =>
      stage.call("POST", `/v3/${stage.project}/vaults/${from}/migrateresources`, {
        body: { destination_vault_id, resource_ids },
      });
    expect(await move(disks)).toMatchObject(refusal(400, "BackupService.6102"));
    expect(await move(from)).toMatchObject(refusal(400, "BackupService.6118"));
    expect(await move("nowhere")).toMatchObject(refusal(400, "BackupService.6120"));
    await backUp(stage, from);
    await happen(stage, { action: "set-vault-used", vault_id: small, used_mb: 10 * 1024 });
    expect(await move(small)).toMatchObject(refusal(400, "BackupService.6129"));
    expect(await move(small, ["nobody"])).toMatchObject(refusal(400, "BackupService.6135"));
    await addFault(stage, { kind: "task", outcome: "hang", times: 1 });
    await stage.api.cbr.createCheckpoint({ body: { checkpoint: { vault_id: from } } });
    expect(await move(small)).toMatchObject(refusal(400, "BackupService.6125"));
  });
});

describe("protectable resources", () => {
  test("say which vault protects them, or why none can", async () => {
    await using stage = await openStage();
    const [first = "", second = "", third = ""] = stage.made.servers;
    const vault_id = await makeVault(stage, { resources: [first] });
    await happen(stage, { action: "refuse-resource", resource_id: second, code: "7106" });
    const show = async (instance_id: string) =>
      (await stage.api.cbr.showProtectable({ path: { protectable_type: "server", instance_id } })).instance
        .protectable;
    expect(await show(first)).toMatchObject({
      result: false,
      code: "BackupService.6103",
      vault: { id: vault_id },
    });
    expect(await show(second)).toMatchObject({ result: false, code: "BackupService.7106", vault: null });
    expect(await show(third)).toMatchObject({ result: true, code: null, vault: null });
    const list = await stage.api.cbr.listProtectables({
      path: { protectable_type: "disk" },
      query: { limit: 3 },
    });
    expect(list.instances.map(({ id }) => id)).toEqual(stage.made.volumes.slice(0, 3));
    expect(list.count).toBe(stage.made.volumes.length);
    const next = await stage.api.cbr.listProtectables({
      path: { protectable_type: "disk" },
      query: { limit: 2, marker: stage.made.volumes[2] ?? "" },
    });
    expect(next.instances.map(({ id }) => id)).toEqual(stage.made.volumes.slice(3, 5));
    const missing = await stage.call("GET", `/v3/${stage.project}/protectables/turbo/instances/none`);
    expect(missing).toMatchObject(refusal(404, "BackupService.7500"));
    const wrong = await stage.call("GET", `/v3/${stage.project}/protectables/planes/instances`);
    expect(wrong).toMatchObject(refusal(400, "BackupService.9900"));
  });
});
