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
} from "./support.ts";

const remove = ({ call, project }: Stage, backup_id: string) =>
  call("DELETE", `/v3/${project}/backups/${backup_id}`);

/** A vault with `count` backups of one server, oldest first. */
async function withBackups(stage: Stage, count: number, fields: { locked?: boolean } = {}) {
  const [resource_id = ""] = stage.made.servers;
  const vault_id = await makeVault(stage, { resources: [resource_id], ...fields });
  for (let index = 0; index < count; index += 1) await backUp(stage, vault_id, { name: `b${index}` });
  const backups = (await backupsOf(stage, { vault_id })).toReversed();
  return { vault_id, resource_id, backups, ids: backups.map(({ id }) => id) };
}

describe("listing backups", () => {
  test("filters by everything that the documents name", async () => {
    await using stage = await openStage();
    const { vault_id, resource_id, backups, ids } = await withBackups(stage, 3);
    const disks = await makeVault(stage, { kind: "disk", resources: stage.made.volumes.slice(0, 1) });
    await addFault(stage, { kind: "task", outcome: "failed", times: 1 });
    await backUp(stage, disks, { name: "of-a-disk" });
    const found = async (query: Parameters<typeof backupsOf>[1]) =>
      (await backupsOf(stage, query)).map(({ name }) => name);
    expect(await found({})).toEqual(["of-a-disk", "b2", "b1", "b0"]);
    expect(await found({ vault_id })).toEqual(["b2", "b1", "b0"]);
    expect(await found({ resource_id })).toEqual(["b2", "b1", "b0"]);
    expect(await found({ resource_name: "disk-1" })).toEqual(["of-a-disk"]);
    expect(await found({ resource_type: "OS::Cinder::Volume" })).toEqual(["of-a-disk"]);
    expect(await found({ name: "b1" })).toEqual(["b1"]);
    expect(await found({ incremental: false, vault_id })).toEqual(["b0"]);
    expect(await found({ incremental: true })).toEqual(["b2", "b1"]);
    expect(await found({ status: "error" })).toEqual(["of-a-disk"]);
    expect(await found({ status: ["available", "error"] })).toHaveLength(4);
    expect(await found({ checkpoint_id: backups[1]?.checkpoint_id ?? "" })).toEqual(["b1"]);
    const second = `${backups[1]?.created_at.slice(0, 19)}Z`;
    expect(await found({ start_time: second, vault_id })).toEqual(["b2", "b1"]);
    expect(await found({ end_time: second })).toEqual(["b1", "b0"]);
    expect(await found({ used_percent: 100 })).toEqual([]);
    expect(ids).toHaveLength(3);
  });

  test("sorts by each key in both directions, descending when nothing is said", async () => {
    await using stage = await openStage();
    await withBackups(stage, 3);
    const sorted = async (sort: string) => (await backupsOf(stage, { sort })).map(({ name }) => name);
    expect(await sorted("created_at:asc")).toEqual(["b0", "b1", "b2"]);
    expect(await sorted("created_at")).toEqual(["b2", "b1", "b0"]);
    expect(await sorted("name:asc")).toEqual(["b0", "b1", "b2"]);
    expect(await sorted("status,name:asc")).toEqual(["b0", "b1", "b2"]);
    expect(await sorted("protected_at:desc")).toEqual(["b2", "b1", "b0"]);
    expect(await sorted("updated_at:asc")).toEqual(["b0", "b1", "b2"]);
    const byId = (await backupsOf(stage, { sort: "id:asc" })).map(({ id }) => id);
    expect(byId).toEqual(byId.toSorted());
    const wrong = await stage.call("GET", `/v3/${stage.project}/backups`, { query: [["sort", "size:asc"]] });
    expect(wrong).toMatchObject(refusal(400, "BackupService.9900"));
  });

  test("pages by offset and by marker, and says how many there are", async () => {
    await using stage = await openStage();
    const { ids } = await withBackups(stage, 5);
    const page = (query: object) => stage.api.cbr.listBackups({ query });
    const first = await page({ limit: 2 });
    expect(first).toMatchObject({ count: 5, limit: 2, offset: 0 });
    const second = await page({ limit: 2, offset: 2 });
    const third = await page({ limit: 2, marker: second.backups[1]?.id });
    const all = [first, second, third].flatMap(({ backups }) => backups.map(({ id }) => id));
    expect(all).toEqual(ids.toReversed());
    expect((await page({ offset: 99 })).backups).toEqual([]);
    const collected: string[] = [];
    for await (const { id } of stage.api.cbr.listBackups.all(
      { query: { limit: 2 } },
      { unreadable: "refuse" },
    ))
      collected.push(id);
    expect(collected).toEqual(all);
  });

  test("refuses a page of nothing or of more than a thousand", async () => {
    await using stage = await openStage();
    for (const limit of ["0", "1001", "ten", "-1"]) {
      const answer = await stage.call("GET", `/v3/${stage.project}/backups`, { query: [["limit", limit]] });
      expect(answer).toMatchObject(refusal(400, "BackupService.9900"));
    }
  });
});

describe("deleting a backup", () => {
  test("is accepted at once and takes time; its room is free afterwards", async () => {
    await using stage = await openStage();
    const { vault_id, ids } = await withBackups(stage, 2);
    const before = (await showVault(stage, vault_id)).billing.used ?? 0;
    const [first = "", second = ""] = ids;
    await stage.api.cbr.deleteBackup({ path: { backup_id: first } });
    const shown = await stage.api.cbr.showBackup({ path: { backup_id: first } });
    expect(shown.backup.status).toBe("waiting_delete");
    expect(await remove(stage, first)).toMatchObject(refusal(400, "BackupService.6216"));
    stage.settle();
    expect(await remove(stage, first)).toMatchObject(refusal(404, "BackupService.6200"));
    expect((await backupsOf(stage, { vault_id })).map(({ id }) => id)).toEqual([second]);
    expect((await showVault(stage, vault_id)).billing.used).toBeLessThan(before);
    expect((await showVault(stage, vault_id)).resources).toMatchObject([{ backup_count: 1 }]);
    expect(await tasksOf(stage, { operation_type: "delete" })).toMatchObject([
      { status: "success", extra_info: { delete: { backup_id: first, backup_name: "b0" } } },
    ]);
  });

  test("is refused for one that makes an image, one under way, and a disk's part", async () => {
    await using stage = await openStage();
    const { vault_id, ids, backups } = await withBackups(stage, 1);
    const [first = ""] = ids;
    await happen(stage, { action: "use-in-image", backup_id: first });
    expect(await remove(stage, first)).toMatchObject(refusal(400, "BackupService.6204"));
    const [child] = backups[0]?.children ?? [];
    expect(await remove(stage, child?.id ?? "")).toMatchObject(refusal(400, "BackupService.6201"));
    await stage.api.cbr.createCheckpoint({ body: { checkpoint: { vault_id } } });
    const [running] = await backupsOf(stage, { vault_id });
    expect(running?.status).toBe("waiting_protect");
    expect(await remove(stage, running?.id ?? "")).toMatchObject(refusal(400, "BackupService.6201"));
  });

  test("and taking its resource out of the vault at the same time frees its room once", async () => {
    await using stage = await openStage();
    const { vault_id, resource_id, ids } = await withBackups(stage, 2);
    await stage.api.cbr.deleteBackup({ path: { backup_id: ids[0] ?? "" } });
    await stage.api.cbr.removeResources({ path: { vault_id }, body: { resource_ids: [resource_id] } });
    stage.settle();
    expect((await showVault(stage, vault_id)).billing.used).toBe(0);
    expect(await backupsOf(stage)).toEqual([]);
  });

  test("that fails leaves the backup as it was", async () => {
    await using stage = await openStage();
    const { ids } = await withBackups(stage, 1);
    await addFault(stage, { kind: "task", task: "delete", outcome: "failed", times: 1 });
    expect((await remove(stage, ids[0] ?? "")).status).toBe(204);
    stage.settle();
    expect(await backupsOf(stage)).toMatchObject([{ id: ids[0], status: "available" }]);
  });

  test("that fails leaves a part without data as it was", async () => {
    await using stage = await openStage();
    const [server = ""] = stage.made.servers;
    const vault_id = await makeVault(stage, { resources: [server] });
    await addFault(stage, { kind: "task", task: "backup", outcome: "partial", times: 1 });
    await backUp(stage, vault_id, { name: "partial" });
    const [before] = await backupsOf(stage, { vault_id });
    expect(before?.children?.map(({ status }) => status)).toContain("error");
    await addFault(stage, { kind: "task", task: "delete", outcome: "failed", times: 1 });
    expect((await remove(stage, before?.id ?? "")).status).toBe(204);
    stage.settle();
    const [after] = await backupsOf(stage, { vault_id });
    expect(after?.children?.map(({ status }) => status)).toEqual(
      before?.children?.map(({ status }) => status),
    );
  });
});

describe("restoring a backup", () => {
  test("brings the resource back to what the backup holds", async () => {
    await using stage = await openStage();
    const { vault_id, resource_id, backups } = await withBackups(stage, 2);
    const [older] = backups;
    const held_mb = stage.made.world.backups.get(older?.id ?? "")?.data_mb;
    const mappings = (older?.children ?? []).map((child) => ({
      backup_id: child.id,
      volume_id: child.resource_id,
    }));
    const accepted = await stage.api.cbr.restoreBackup({
      path: { backup_id: older?.id ?? "" },
      body: { restore: { server_id: resource_id, mappings, power_on: true } },
    });
    expect((await backupsOf(stage, { status: "waiting_restore" })).map(({ id }) => id)).toEqual([older?.id]);
    expect((await showVault(stage, vault_id)).resources).toMatchObject([{ protect_status: "restoring" }]);
    expect(await remove(stage, older?.id ?? "")).toMatchObject(refusal(400, "BackupService.6216"));
    stage.settle();
    const task = await stage.api.cbr.showTask({ path: { operation_log_id: accepted?.job_id ?? "" } });
    expect(task.operation_log).toMatchObject({
      operation_type: "restore",
      status: "success",
      extra_info: { restore: { backup_id: older?.id, target_resource_id: resource_id } },
    });
    const { instance } = await stage.api.cbr.showProtectable({
      path: { protectable_type: "server", instance_id: resource_id },
    });
    expect(instance).toMatchObject({ detail: { restored_from: older?.id, data_mb: held_mb } });
    expect((await showVault(stage, vault_id)).resources).toMatchObject([{ protect_status: "available" }]);
  });

  test("is refused to the wrong place, at the wrong time and from the wrong state", async () => {
    await using stage = await openStage();
    const { vault_id, resource_id, ids } = await withBackups(stage, 1);
    const [backup_id = ""] = ids;
    const restore = (body: object) =>
      stage.call("POST", `/v3/${stage.project}/backups/${backup_id}/restore`, { body: { restore: body } });
    const mappings: object[] = [];
    expect(await restore({ mappings })).toMatchObject(refusal(400, "BackupService.9900"));
    expect(await restore({ server_id: resource_id })).toMatchObject(refusal(400, "BackupService.9900"));
    expect(await restore({ server_id: "nobody", mappings })).toMatchObject(
      refusal(404, "BackupService.7100"),
    );
    expect(await restore({ server_id: stage.made.servers[1], mappings })).toMatchObject(
      refusal(400, "BackupService.2003"),
    );
    const strange = [{ backup_id: "x", volume_id: "y" }];
    expect(await restore({ server_id: resource_id, mappings: strange })).toMatchObject(
      refusal(404, "BackupService.6200"),
    );
    await stage.api.cbr.createCheckpoint({ body: { checkpoint: { vault_id } } });
    expect(await restore({ server_id: resource_id, mappings })).toMatchObject(
      refusal(400, "BackupService.2002"),
    );
    stage.settle();
    await happen(stage, { action: "set-vault-status", vault_id, status: "frozen" });
    expect(await restore({ server_id: resource_id, mappings })).toMatchObject(
      refusal(400, "BackupService.6202"),
    );
    await happen(stage, { action: "set-vault-status", vault_id, status: "available" });
    expect((await restore({ server_id: resource_id, mappings })).status).toBe(202);
    expect(await restore({ server_id: resource_id, mappings })).toMatchObject(
      refusal(400, "BackupService.2005"),
    );
  });

  test("of a disk goes to any disk that is large enough, of a file system only back to itself", async () => {
    await using stage = await openStage();
    const [volume = "", other = ""] = stage.made.volumes;
    const [first = "", second = ""] = stage.made.file_systems;
    await backUp(stage, await makeVault(stage, { kind: "disk", resources: [volume] }));
    await backUp(stage, await makeVault(stage, { kind: "turbo", resources: [first] }));
    const [ofTurbo, ofDisk] = await backupsOf(stage);
    const restore = (backup_id: string | undefined, body: object) =>
      stage.call("POST", `/v3/${stage.project}/backups/${backup_id}/restore`, { body: { restore: body } });
    expect((await restore(ofDisk?.id, { volume_id: other })).status).toBe(202);
    expect(await restore(ofTurbo?.id, { resource_id: second })).toMatchObject(
      refusal(400, "BackupService.7510"),
    );
    expect((await restore(ofTurbo?.id, {})).status).toBe(202);
  });
});

describe("a backup", () => {
  test("can be renamed", async () => {
    await using stage = await openStage();
    const { ids } = await withBackups(stage, 1);
    const [backup_id = ""] = ids;
    await stage.api.cbr.updateBackup({ path: { backup_id }, body: { backup: { name: "kept" } } });
    expect((await stage.api.cbr.showBackup({ path: { backup_id } })).backup.name).toBe("kept");
    const wrong = await stage.call("PUT", `/v3/${stage.project}/backups/${backup_id}`, {
      body: { backup: { name: "" } },
    });
    expect(wrong).toMatchObject(refusal(400, "BackupService.9900"));
  });

  test("takes storage, which is reported for each resource", async () => {
    await using stage = await openStage();
    const { vault_id, resource_id } = await withBackups(stage, 2);
    const used = (await showVault(stage, vault_id)).billing.used;
    expect(await stage.api.cbr.showStorageUsage()).toMatchObject({
      resource_count: 1,
      storage_usage: [{ resource_id, resource_type: "OS::Nova::Server", backup_count: 2, backup_size: used }],
    });
    expect(await stage.api.cbr.showStorageUsage({ query: { resource_id: "other" } })).toEqual({
      resource_count: 0,
      storage_usage: [],
    });
  });

  test("of another site is taken in by a sync task", async () => {
    await using stage = await openStage();
    const sync = [
      {
        backup_id: "5d822633-2bbf-4af8-a16e-5ab1c7705235",
        backup_name: "b",
        bucket_name: "bucket",
        image_path: "path",
        resource_id: "r",
        resource_name: "r",
        resource_type: "OS::Nova::Server" as const,
        created_at: 1_548_310_899,
      },
    ];
    const answer = await stage.api.cbr.syncBackups({ body: { sync } });
    expect(answer.sync).toMatchObject([{ id: sync[0]?.backup_id, status: "syncing" }]);
    stage.settle();
    expect(await tasksOf(stage, { operation_type: "sync" })).toMatchObject([{ status: "success" }]);
  });
});
