import { expect, test } from "vitest";
import type { AnyOperation } from "../../shared/api/operation.ts";
import { allOperations } from "../../shared/api/operations/all.ts";
import { clientsOf, connectionOf, makeVault, openStage, type Stage, types } from "./support.ts";

const named = allOperations.map(
  (operation) => [`${operation.service} ${operation.name}`, operation] as const,
);

/** A path with ids that are well-formed and nobody's, in the project or account of the stage. */
function pathOf({ project, made }: Stage, { path }: AnyOperation): string {
  const known: Readonly<Record<string, string>> = {
    project_id: project,
    domain_id: made.identities.project.domain_id,
    protectable_type: "server",
  };
  return path.replace(/\{(\w+)\}/g, (_all, name: string) => known[name] ?? "0".repeat(32));
}

/** The headers that an operation's own documents want, and those of its scope. */
function headersOf({ made }: Stage, { service, scope }: AnyOperation): Record<string, string> {
  return {
    ...(service === "koophone" ? { "x-request-id": "r" } : {}),
    ...(service === "hss" ? { region: "eu-de" } : {}),
    ...(scope === "account" ? { "x-domain-id": made.identities.project.domain_id } : {}),
  };
}

const shapeCodes = {
  cbr: { error_code: "BackupService.9900" },
  iam: { error: { code: 400 } },
  dbss: { error_code: "DBSS.10000001" },
  hss: { error_code: "HSS.0001" },
  koophone: { error_code: "KOOPHONE.API.1000" },
} as const;

test.each(named.filter(([, { scope }]) => scope !== "public"))(
  "%s is refused without proof",
  async (_name, operation) => {
    await using stage = await openStage();
    const nobody = stage.as({ ak: "nobody", sk: "x" });
    const answer = await nobody(operation.method, pathOf(stage, operation), {
      headers: headersOf(stage, operation),
    });
    expect(answer).toMatchObject({ status: 401, body: { error_code: "APIGW.0301" } });
  },
);

test.each(named.filter(([, { permission }]) => permission !== undefined))(
  "%s is refused to a user whose policies do not allow it",
  async (_name, operation) => {
    await using stage = await openStage();
    const { roles } = stage.made.identities;
    const user = [...stage.made.world.users.values()].find(({ name }) => name === roles.observe.user);
    if (user !== undefined) user.allowed = ["cbr:vaults:nothing"];
    const answer = await stage.as(roles.observe)(operation.method, pathOf(stage, operation), {
      headers: headersOf(stage, operation),
    });
    expect(answer).toMatchObject({ status: 403, body: { error_code: "APIGW.0302" } });
    expect(JSON.stringify(answer.body)).toContain(operation.permission);
  },
);

test.each(named.filter(([, { body }]) => body !== undefined))(
  "%s is refused with a body of another shape",
  async (_name, operation) => {
    await using stage = await openStage();
    for (const text of ["[]", "{", '"text"', ""]) {
      const headers = headersOf(stage, operation);
      const answer = await stage.send(operation.method, pathOf(stage, operation), { headers, text });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject(shapeCodes[operation.service]);
    }
  },
);

test.each(named)("%s answers with the gateway's error when the service fails", async (_name, operation) => {
  await using stage = await openStage();
  stage.cloud.faults.add({ kind: "error", operation: operation.name, when: "before", status: 500, times: 1 });
  const headers = headersOf(stage, operation);
  const answer = await stage.call(operation.method, pathOf(stage, operation), { headers });
  expect(answer).toMatchObject({ status: 500, body: { error_code: "APIGW.0601" } });
});

/** Each operation once, successfully, through our own client, which checks every answer against its schema. */
async function walk(stage: Stage): Promise<void> {
  const { cbr, iam, dbss, hss, koophone } = stage.api;
  const { identities, servers, phones } = stage.made;
  const [server = ""] = servers;
  const { admin, other, otherAdmin } = identities;
  const user = { name: admin.user, password: admin.password, domain: { name: admin.domain } };
  await iam.createToken({ body: { auth: { identity: { methods: ["password"], password: { user } } } } });
  await iam.listProjects();

  const { policy } = await cbr.createPolicy({
    body: {
      policy: { name: "p", operation_definition: {}, trigger: { properties: { pattern: ["FREQ=DAILY"] } } },
    },
  });
  const policyPath = { policy_id: policy.id };
  await cbr.showPolicy({ path: policyPath });
  await cbr.listPolicies();
  await cbr.updatePolicy({ path: policyPath, body: { policy: { enabled: false } } });
  await cbr.listProtectables({ path: { protectable_type: "server" } });
  await cbr.showProtectable({ path: { protectable_type: "server", instance_id: server } });

  const vault_id = await makeVault(stage);
  const destination_vault_id = await makeVault(stage);
  const path = { vault_id };
  await cbr.addResources({ path, body: { resources: [{ id: server, type: types.server }] } });
  await cbr.associatePolicy({ path, body: { policy_id: policy.id } });
  await cbr.dissociatePolicy({ path, body: { policy_id: policy.id } });
  await cbr.deletePolicy({ path: policyPath });
  await cbr.updateVault({ path, body: { vault: { name: "w" } } });
  await cbr.showVault({ path });
  await cbr.listVaults();
  await cbr.listVaultsByTags({ body: { action: "filter" } });

  const { checkpoint } = await cbr.createCheckpoint({ body: { checkpoint: { vault_id } } });
  stage.settle();
  await cbr.showCheckpoint({ path: { checkpoint_id: checkpoint.id } });
  const { operation_logs } = await cbr.listTasks();
  await cbr.showTask({ path: { operation_log_id: operation_logs[0]?.id ?? "" } });
  const { backups } = await cbr.listBackups();
  const backup_id = backups[0]?.id ?? "";
  await cbr.showBackup({ path: { backup_id } });
  await cbr.updateBackup({ path: { backup_id }, body: { backup: { name: "b" } } });
  await cbr.showStorageUsage();
  await cbr.addMember({ path: { backup_id }, body: { members: [other.id] } });
  const memberPath = { backup_id, member_id: other.id };
  const partner = clientsOf(connectionOf(stage.origin, stage.agent, otherAdmin, { id: other.id })).cbr;
  await partner.updateMember({ path: memberPath, body: { status: "rejected" } });
  await cbr.showMember({ path: memberPath });
  await cbr.listMembers({ path: { backup_id } });
  await cbr.deleteMember({ path: memberPath });
  await cbr.restoreBackup({ path: { backup_id }, body: { restore: { server_id: server, mappings: [] } } });
  stage.settle();
  await cbr.migrateResources({ path, body: { destination_vault_id, resource_ids: [server] } });
  await cbr.deleteBackup({ path: { backup_id } });
  stage.settle();
  await cbr.removeResources({ path: { vault_id: destination_vault_id }, body: { resource_ids: [server] } });
  await cbr.deleteVault({ path });
  const synced = { backup_id: "b", backup_name: "b", bucket_name: "b", image_path: "p", created_at: 1 };
  const resource = { resource_id: "r", resource_name: "r", resource_type: types.server };
  await cbr.syncBackups({ body: { sync: [{ ...synced, ...resource }] } });

  const instance = { instance_id: stage.made.audit_instance };
  await dbss.listAuditInstances();
  await dbss.setAuditBackup({
    path: instance,
    body: {
      bucket_name: "b",
      cycle: "PER_DAY",
      mode: "AUTO",
      status: 1,
      trigger_time: "2026-03-03 02:00:00",
    },
  });
  await dbss.showAuditBackupStatus({ path: instance });

  const host = { host_id: stage.made.host };
  const { id: policy_id } = await hss.showBackupPolicy();
  await hss.updateBackupPolicy({ headers: { region: "eu-de" }, body: { policy_id } });
  await hss.listProtectedHosts();
  await hss.listBackupHosts();
  await hss.setRemoteBackup({ path: host, body: { remote_backup: false } });
  await hss.showRemoteBackup({ path: host });

  const headers = { "x-request-id": "r" };
  const body = { instance_ids: phones.slice(0, 1) };
  await koophone.queryInstanceStatus({ headers, body });
  const { data } = await koophone.backupInstances({ headers, body });
  await koophone.showTask({ headers, path: { task_id: data.task_id } });
}

test.each([[false], [true]])("every operation is served as its table says (compressed: %s)", async (gzip) => {
  await using stage = await openStage({ gzip });
  await walk(stage);
  const calls = stage.cloud.calls.latest(1000);
  const status = new Map(calls.map((call) => [`${call.service} ${call.operation}`, call.status]));
  expect(Object.fromEntries(status)).toEqual(
    Object.fromEntries(
      allOperations.map((operation) => [`${operation.service} ${operation.name}`, operation.status]),
    ),
  );
});
