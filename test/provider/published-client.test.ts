import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import { GlobalCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/GlobalCredentials.js";
import type { ICredential } from "@huaweicloud/huaweicloud-sdk-core/auth/ICredential.js";
import { HcClient } from "@huaweicloud/huaweicloud-sdk-core/HcClient.js";
import { DefaultHttpClient } from "@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js";
import { expect, test } from "vitest";
import * as z from "zod";
import type { Key } from "./support.ts";
import { openStage, types } from "./support.ts";

interface Asked {
  readonly path?: Record<string, string>;
  readonly query?: Record<string, unknown>;
  readonly data?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** The provider's own client: its credentials, its signer, its transport. */
function published(origin: string, credential: ICredential) {
  const client = new HcClient(new DefaultHttpClient({}, [origin]), {})
    .withEndpoints([origin])
    .withCredential(credential);
  return async <Schema extends z.ZodType>(
    method: string,
    url: string,
    schema: Schema,
    { path = {}, query = {}, data, headers = {} }: Asked = {},
  ): Promise<z.output<Schema>> => {
    const answer: unknown = await client.sendRequest({
      method,
      url,
      contentType: "application/json",
      queryParams: query,
      pathParams: path,
      headers,
      ...(data === undefined ? {} : { data }),
    });
    return schema.parse(answer);
  };
}

const projectClient = (origin: string, { ak, sk }: Key, project: string) =>
  published(origin, new BasicCredentials().withAk(ak).withSk(sk).withProjectId(project));

const withId = z.looseObject({ id: z.string() });
const anything = z.unknown();
const backups = z.looseObject({ count: z.number(), backups: z.array(withId.extend({ status: z.string() })) });
const base = "/v3/{project_id}";

test("the provider's published client completes a whole life cycle", async () => {
  await using stage = await openStage();
  const { identities, servers } = stage.made;
  const { other } = identities;
  const ask = projectClient(stage.origin, identities.admin, stage.project);
  const partner = projectClient(stage.origin, identities.otherAdmin, other.id);

  const policy = await ask("POST", `${base}/policies`, z.looseObject({ policy: withId }), {
    data: {
      policy: {
        name: "nightly",
        operation_type: "backup",
        operation_definition: { retention_duration_days: 30 },
        trigger: { properties: { pattern: ["FREQ=DAILY;INTERVAL=1;BYHOUR=22;BYMINUTE=00"] } },
      },
    },
  });
  const billing = {
    consistent_level: "crash_consistent",
    object_type: "server",
    protect_type: "backup",
    size: 100,
  };
  const vaultAnswer = z.looseObject({ vault: withId });
  const create = (name: string) => ({ data: { vault: { name, billing, resources: [] } } });
  const { vault } = await ask("POST", `${base}/vaults`, vaultAnswer, create("first"));
  const second = await ask("POST", `${base}/vaults`, vaultAnswer, create("second"));
  const path = { vault_id: vault.id };
  await ask("POST", `${base}/vaults/{vault_id}/associatepolicy`, anything, {
    path,
    data: { policy_id: policy.policy.id },
  });
  await ask("POST", `${base}/vaults/{vault_id}/addresources`, anything, {
    path,
    data: { resources: [{ id: servers[0], type: types.server }] },
  });
  const { checkpoint } = await ask("POST", `${base}/checkpoints`, z.looseObject({ checkpoint: withId }), {
    data: { checkpoint: { vault_id: vault.id, parameters: { name: "by-their-client", incremental: true } } },
  });
  stage.settle();
  const shown = await ask(
    "GET",
    `${base}/checkpoints/{checkpoint_id}`,
    z.looseObject({ checkpoint: z.looseObject({ status: z.string() }) }),
    {
      path: { checkpoint_id: checkpoint.id },
    },
  );
  expect(shown.checkpoint.status).toBe("available");

  const found = await ask("GET", `${base}/backups`, backups, {
    query: {
      vault_id: vault.id,
      status: ["available", "error"],
      sort: "created_at:desc",
      limit: 10,
      offset: 0,
    },
  });
  expect(found).toMatchObject({ count: 1, backups: [{ status: "available", name: "by-their-client" }] });
  const backup_id = found.backups[0]?.id ?? "";
  const tasks = await ask("GET", `${base}/operation-logs`, z.looseObject({ count: z.number() }), {
    query: { vault_id: vault.id, start_time: "2026-03-02T00:00:00Z" },
  });
  expect(tasks.count).toBe(1);

  await ask("POST", `${base}/backups/{backup_id}/members`, anything, {
    path: { backup_id },
    data: { members: [other.id] },
  });
  const received = await partner("POST", `${base}/vaults`, vaultAnswer, create("received"));
  const member = await partner("PUT", `${base}/backups/{backup_id}/members/{member_id}`, anything, {
    path: { backup_id, member_id: other.id },
    data: { status: "accepted", vault_id: received.vault.id },
  });
  expect(member).toMatchObject({ member: { status: "accepted" } });

  const children = await ask("GET", `${base}/backups`, backups, { query: { parent_id: backup_id } });
  const volumes = stage.made.world.resources.get(servers[0] ?? "")?.disks ?? [];
  await ask("POST", `${base}/backups/{backup_id}/restore`, anything, {
    path: { backup_id },
    data: {
      restore: {
        server_id: servers[0],
        mappings: children.backups.map(({ id }, index) => ({ backup_id: id, volume_id: volumes[index]?.id })),
      },
    },
  });
  stage.settle();
  await ask("POST", `${base}/vaults/{vault_id}/migrateresources`, anything, {
    path,
    data: { destination_vault_id: second.vault.id, resource_ids: [servers[0]] },
  });
  await ask("DELETE", `${base}/backups/{backup_id}`, anything, { path: { backup_id } });
  stage.settle();
  expect(await ask("GET", `${base}/backups`, backups)).toMatchObject({ count: 0 });
  await ask("DELETE", `${base}/vaults/{vault_id}`, anything, { path });
  await ask("DELETE", `${base}/vaults/{vault_id}`, anything, { path: { vault_id: second.vault.id } });
  await ask("DELETE", `${base}/policies/{policy_id}`, anything, { path: { policy_id: policy.policy.id } });
  expect(await ask("GET", `${base}/vaults`, z.looseObject({ count: z.number() }))).toMatchObject({
    count: 0,
  });
});

test("the provider's published client calls the services beside it", async () => {
  await using stage = await openStage({ anyDomain: true });
  const { identities, phones } = stage.made;
  const ask = projectClient(stage.origin, identities.admin, stage.project);
  const account = published(
    stage.origin,
    new GlobalCredentials()
      .withAk(identities.admin.ak)
      .withSk(identities.admin.sk)
      .withDomainId("any-account"),
  );
  const switched = await account("POST", "/v1/{domain_id}/audit/{instance_id}/backup/switch", anything, {
    path: { instance_id: stage.made.audit_instance },
    data: {
      bucket_name: "b",
      cycle: "PER_DAY",
      mode: "AUTO",
      status: 1,
      trigger_time: "2026-03-03 02:00:00",
    },
  });
  expect(switched).toMatchObject({ result: "SUCCESS" });
  const hosts = await ask("GET", "/v5/{project_id}/wtp/backup-hosts", anything, { query: { is_run: true } });
  expect(hosts).toMatchObject({ total_num: 1 });
  const states = await ask("POST", "/v1/instances/batch-query-status", anything, {
    headers: { "x-request-id": "r" },
    data: { instance_ids: phones.slice(0, 2) },
  });
  expect(states).toMatchObject({ error_code: "0", data: { status_results: [{ status: 2 }, { status: 7 }] } });
});
