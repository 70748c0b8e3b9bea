import { describe, expect, test } from "vitest";
import { addHost } from "../../infra/local/provider/demo/instances.ts";
import { addAuditInstance } from "../../infra/local/provider/world/audit.ts";
import { addFault, happen, openStage, refusal, type Stage } from "./support.ts";

const requestId = { "x-request-id": "r-1" };

const at = (hour: number, minute: number) => `FREQ=DAILY;BYHOUR=${hour};BYMINUTE=${minute}`;

describe("identity", () => {
  test("a password gives a token of the project, which opens its services for a day", async () => {
    await using stage = await openStage();
    const { admin, project } = stage.made.identities;
    const { headers, body } = await stage.api.iam.createToken.answer({
      body: {
        auth: {
          identity: {
            methods: ["password"],
            password: {
              user: { name: admin.user, password: admin.password, domain: { name: admin.domain } },
            },
          },
          scope: { project: { name: project.name } },
        },
      },
    });
    const token = String(headers["x-subject-token"]);
    expect(body.token).toMatchObject({
      expires_at: "2026-03-03T00:30:00.000000Z",
      project: { id: project.id, name: project.name },
      user: { name: admin.user, domain: { name: admin.domain } },
    });
    const vaults = () => stage.call("GET", `/v3/${project.id}/vaults`, { token });
    expect((await vaults()).status).toBe(200);
    stage.clock.pass(24 * 3_600_000 - 1);
    expect((await vaults()).status).toBe(200);
    stage.clock.pass(1);
    expect(await vaults()).toMatchObject(refusal(401, "APIGW.0301"));
  });

  test("a wrong password, user, account or project gives none", async () => {
    await using stage = await openStage();
    const { admin, project } = stage.made.identities;
    const ask = (user: object, scope: object) =>
      stage.call("POST", "/v3/auth/tokens", {
        body: { auth: { identity: { methods: ["password"], password: { user } }, scope } },
      });
    const good = { name: admin.user, password: admin.password, domain: { name: admin.domain } };
    const right = { project: { id: project.id } };
    for (const wrong of [
      await ask({ ...good, password: "guess" }, right),
      await ask({ ...good, name: "nobody" }, right),
      await ask({ ...good, domain: { name: "elsewhere" } }, right),
      await ask(good, { project: { id: "elsewhere" } }),
    ]) {
      expect(wrong).toMatchObject({ status: 401, body: { error: { code: 401, title: "Unauthorized" } } });
      expect(JSON.stringify(wrong.body)).not.toContain("guess");
    }
    expect((await ask(good, right)).status).toBe(201);
    expect((await ask({ name: admin.user }, right)).status).toBe(400);
  });

  test("lists the projects of the caller", async () => {
    await using stage = await openStage();
    const { project } = stage.made.identities;
    const { projects } = await stage.api.iam.listProjects();
    expect(projects).toMatchObject([
      { id: project.id, name: project.name, domain_id: project.domain_id, enabled: true },
    ]);
    expect(await stage.api.iam.listProjects({ query: { name: "other" } })).toMatchObject({ projects: [] });
  });
});

describe("database audit", () => {
  const setting = {
    bucket_name: "bucket",
    bucket_root_path: "a/",
    cycle: "PER_DAY",
    mode: "AUTO",
    trigger_time: "2026-03-03 02:00:00",
  } as const;

  test("backup is switched on, and its status follows a little later", async () => {
    await using stage = await openStage();
    const path = { instance_id: stage.made.audit_instance };
    expect(await stage.api.dbss.showAuditBackupStatus({ path })).toEqual({ status: 0 });
    expect(await stage.api.dbss.setAuditBackup({ path, body: { ...setting, status: 1 } })).toEqual({
      result: "SUCCESS",
    });
    expect(await stage.api.dbss.showAuditBackupStatus({ path })).toEqual({ status: 0 });
    stage.settle();
    expect(await stage.api.dbss.showAuditBackupStatus({ path })).toEqual({ status: 1 });
    await stage.api.dbss.setAuditBackup({ path, body: { ...setting, status: 0 } });
    expect(await stage.api.dbss.showAuditBackupStatus({ path })).toEqual({ status: 0 });
    const seen = await stage.call("GET", "/_control/audit-instances");
    expect(seen.body).toMatchObject([{ enabled: false, switched: 2 }]);
  });

  test("instances are listed; strange ones, strange accounts and strange times are refused", async () => {
    await using stage = await openStage();
    const added = addAuditInstance(stage.made.world, stage.project, "second");
    const list = await stage.api.dbss.listAuditInstances({ query: { limit: 1 } });
    expect(list).toMatchObject({ total: 2, instances: [{ id: added.id, name: "second" }] });
    const { domain_id } = stage.made.identities.project;
    const set = (domain: string, id: string, body: object) =>
      stage.call("POST", `/v1/${domain}/audit/${id}/backup/switch`, {
        body: { ...setting, status: 1, ...body },
        headers: { "x-domain-id": domain },
      });
    expect((await set(domain_id, added.id, {})).status).toBe(200);
    const unknown = "0".repeat(32);
    expect(await set(domain_id, unknown, {})).toMatchObject(refusal(400, "DBSS.10000001"));
    expect(await set("elsewhere", added.id, {})).toMatchObject(refusal(403, "APIGW.0302"));
    expect(await set(domain_id, added.id, { trigger_time: "tomorrow" })).toMatchObject(
      refusal(400, "DBSS.10000001"),
    );
    expect(await set(domain_id, added.id, { cycle: "NEVER" })).toMatchObject(refusal(400, "DBSS.10000001"));
  });
});

describe("host security", () => {
  const backupHost = async (stage: Stage) => {
    const { data_list } = await stage.api.hss.listBackupHosts({ query: { is_run: true } });
    const [host] = data_list;
    return {
      backup_host_id: host?.backup_host_id ?? "",
      backup_addr: `${host?.backup_host_ip}:${host?.backup_host_port}`,
    };
  };

  test("remote backup of a protected Linux host goes to a running backup server", async () => {
    await using stage = await openStage();
    const target = await backupHost(stage);
    const path = { host_id: stage.made.host };
    await stage.api.hss.setRemoteBackup({ path, body: { remote_backup: true, ...target } });
    expect(await stage.api.hss.showRemoteBackup({ path })).toMatchObject({ remote_backup: true, ...target });
    const { data_list } = await stage.api.hss.listProtectedHosts({
      query: { os_type: "Linux", wtp_status: "opened" },
    });
    expect(data_list).toMatchObject([
      { host_id: stage.made.host, backup_host_id: target.backup_host_id, os_type: "Linux" },
    ]);
    await stage.api.hss.setRemoteBackup({ path, body: { remote_backup: false } });
    expect(await stage.api.hss.showRemoteBackup({ path })).toMatchObject({
      remote_backup: false,
      backup_host_id: "",
    });
  });

  test("remote backup is refused for Windows, offline, unprotected and unknown hosts and for stopped servers", async () => {
    await using stage = await openStage();
    const { world } = stage.made;
    const target = await backupHost(stage);
    const set = (host_id: string, body: object = {}) =>
      stage.call("POST", `/v5/${stage.project}/wtp/${host_id}/set-remote-backup`, {
        body: { remote_backup: true, ...target, ...body },
      });
    const host = (fields: Parameters<typeof addHost>[2]) => addHost(world, stage.project, fields).id;
    const windows = host({ name: "w", private_ip: "10.0.0.1", os_type: "windows" });
    const offline = host({ name: "o", private_ip: "10.0.0.2", agent_status: "offline" });
    const unprotected = host({ name: "u", private_ip: "10.0.0.3", protect_status: "closed" });
    expect(await set(windows)).toMatchObject(refusal(400, "HSS.0001"));
    expect(await set(offline)).toMatchObject(refusal(400, "HSS.1001"));
    expect(await set(unprotected)).toMatchObject(refusal(400, "HSS.0001"));
    expect(await set("nobody")).toMatchObject(refusal(400, "HSS.0011"));
    expect(await set(stage.made.host, { backup_addr: "10.9.9.9:1" })).toMatchObject(refusal(400, "HSS.0001"));
    expect(await set(stage.made.host, { backup_addr: undefined })).toMatchObject(refusal(400, "HSS.0001"));
    await happen(stage, { action: "run-backup-host", backup_host_id: target.backup_host_id, running: false });
    expect(await set(stage.made.host)).toMatchObject(refusal(400, "HSS.0001"));
  });

  test("the vault's policy is changed; an unknown one is an error inside a success", async () => {
    await using stage = await openStage();
    const before = await stage.api.hss.showBackupPolicy();
    const done = await stage.api.hss.updateBackupPolicy({
      headers: { region: "eu-de" },
      body: { policy_id: before.id, operation_definition: { retention_duration_days: 9 } },
    });
    expect(done).toEqual({ error_code: 0, error_description: "success" });
    expect(await stage.api.hss.showBackupPolicy()).toMatchObject({
      enabled: true,
      operation_definition: { retention_duration_days: 9 },
      trigger: before.trigger,
    });
    const put = (headers: Record<string, string>, policy_id: string) =>
      stage.call("PUT", `/v5/${stage.project}/backup/policy`, { headers, body: { policy_id } });
    expect(await put({ region: "eu-de" }, "unknown")).toMatchObject({
      status: 200,
      body: { error_code: 14 },
    });
    expect(await put({}, before.id)).toMatchObject(refusal(400, "HSS.0001"));
  });

  test("the vault's policy is one of the backup service's list, and changed there or here is the same", async () => {
    await using stage = await openStage();
    const { cbr, hss } = stage.api;
    const { id } = await hss.showBackupPolicy();
    const inList = async () => (await cbr.listPolicies()).policies.find((policy) => policy.id === id);
    expect(await inList()).toMatchObject({ name: "hss_default_policy", operation_type: "backup" });
    await hss.updateBackupPolicy({
      headers: { region: "eu-de" },
      body: { policy_id: id, operation_definition: { max_backups: 4 } },
    });
    expect(await inList()).toMatchObject({ operation_definition: { max_backups: 4 } });
    await cbr.updatePolicy({
      path: { policy_id: id },
      body: { policy: { operation_definition: { max_backups: 6 } } },
    });
    expect(await hss.showBackupPolicy()).toMatchObject({ operation_definition: { max_backups: 6 } });
  });

  test.each([
    [{ operation_definition: { week_backups: 3 } }],
    [{ trigger: { properties: { pattern: ["FREQ=DAILY;BYHOUR=1;BYMINUTE=0,30"] } } }],
    [{ trigger: { properties: { pattern: [at(1, 0), at(1, 59)] } } }],
    [{ trigger: { properties: { pattern: [at(23, 30), at(0, 0)] } } }],
    [{ trigger: { properties: { pattern: Array(25).fill(at(1, 0)) } } }],
  ])("the vault's policy is refused with %j", async (wrong) => {
    await using stage = await openStage();
    const { id: policy_id } = await stage.api.hss.showBackupPolicy();
    const body = { policy_id, ...wrong };
    const headers = { region: "eu-de" };
    const answer = await stage.call("PUT", `/v5/${stage.project}/backup/policy`, { headers, body });
    expect(answer).toMatchObject(refusal(400, "HSS.0001"));
  });
});

describe("cloud phones", () => {
  const states = async ({ api, made }: Stage) => {
    const answer = await api.koophone.queryInstanceStatus({
      headers: requestId,
      body: { instance_ids: [...made.phones] },
    });
    return answer.data.status_results.map(({ status }) => status);
  };

  test("are shown in all their states; one that is being loaded gets there", async () => {
    await using stage = await openStage();
    expect(await states(stage)).toEqual([2, 7, 2, 7, 0, 1, 3, 4, 5, 6]);
    stage.settle();
    expect(await states(stage)).toEqual([2, 7, 2, 7, 0, 2, 3, 4, 5, 6]);
  });

  test("are backed up when their data is loaded, which takes time, releases the machine and is counted", async () => {
    await using stage = await openStage();
    const [first = "", second = ""] = stage.made.phones;
    const back = (instance_ids: string[]) =>
      stage.api.koophone.backupInstances({ headers: requestId, body: { instance_ids } });
    const { data } = await back([first, second]);
    expect(data.cmd_jobs.map(({ instance_id }) => instance_id)).toEqual([first, second]);
    expect((await states(stage)).slice(0, 2)).toEqual([4, 4]);
    const jobs = async () =>
      (await stage.api.koophone.showTask({ headers: requestId, path: { task_id: data.task_id } })).data.jobs;
    expect(await jobs()).toMatchObject([{ status: 1 }, { status: 1 }]);
    stage.settle();
    expect(await jobs()).toMatchObject([
      { job_id: data.cmd_jobs[0]?.job_id, status: 2 },
      { job_id: data.cmd_jobs[1]?.job_id, status: 2 },
    ]);
    expect((await states(stage)).slice(0, 2)).toEqual([0, 0]);
    const counted = await stage.call("GET", "/_control/phones");
    expect(counted.body).toMatchObject(
      [
        { id: first, backups_started: 1, backups_finished: 1 },
        { id: second, backups_started: 1, backups_finished: 1 },
        { backups_started: 0 },
      ].concat(Array(7).fill({})),
    );
  });

  test("of a batch that cannot be backed up get no job; a batch without any is an error inside a success", async () => {
    await using stage = await openStage();
    const [loaded = "", , , , idle = "", , streaming = "", busy = "", failed = ""] = stage.made.phones;
    const post = (instance_ids: string[]) =>
      stage.call("POST", "/v1/instances/backup", { headers: requestId, body: { instance_ids } });
    const mixed = await post([idle, loaded, "nobody", streaming]);
    expect(mixed).toMatchObject({
      status: 200,
      body: { error_code: "0", data: { cmd_jobs: [{ instance_id: loaded }] } },
    });
    expect(await post([idle])).toMatchObject(refusal(200, "KOOPHONE.API.2003"));
    expect(await post([streaming])).toMatchObject(refusal(200, "KOOPHONE.API.2005"));
    expect(await post([busy])).toMatchObject(refusal(200, "KOOPHONE.API.2006"));
    expect(await post([failed])).toMatchObject(refusal(200, "KOOPHONE.API.2003"));
    expect(await post(["nobody"])).toMatchObject(refusal(200, "KOOPHONE.API.4001"));
    expect(await post([])).toMatchObject(refusal(400, "KOOPHONE.API.1000"));
    expect(await post(Array.from({ length: 101 }, (_, index) => `p${index}`))).toMatchObject(
      refusal(400, "KOOPHONE.API.1000"),
    );
    const bare = await stage.call("POST", "/v1/instances/backup", { body: { instance_ids: [loaded] } });
    expect(bare).toMatchObject(refusal(200, "KOOPHONE.API.0002"));
  });

  test("whose backup fails show an exception, and can be backed up again after a while", async () => {
    await using stage = await openStage({
      settings: { phone_restore_ms: [600_000, 600_000], phone_backup_ms: [60_000, 60_000] },
    });
    const [first = ""] = stage.made.phones;
    await addFault(stage, { kind: "task", task: "phone", outcome: "failed", times: 1 });
    const back = () =>
      stage.api.koophone.backupInstances({ headers: requestId, body: { instance_ids: [first] } });
    const { data } = await back();
    stage.clock.pass(60_000);
    const { jobs } = (
      await stage.api.koophone.showTask({ headers: requestId, path: { task_id: data.task_id } })
    ).data;
    expect(jobs).toMatchObject([{ status: -1, error_code: "KOOPHONE.API.9999" }]);
    expect((await states(stage))[0]).toBe(5);
    stage.clock.pass(600_000);
    expect((await states(stage))[0]).toBe(7);
    await back();
    stage.clock.pass(60_000);
    expect((await states(stage))[0]).toBe(0);
  });
});
