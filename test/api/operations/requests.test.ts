import { describe, expect, test } from "vitest";
import type * as z from "zod";
import type { AnyOperation } from "../../../shared/api/operation.ts";
import { cbr, dbss, hss, iam, koophone } from "../../../shared/api/operations/all.ts";
import { documentedDefaults } from "../../../shared/api/operations/fields.ts";

const id = "3b5816b5-f29c-4172-9d9a-76c719a659ce";
const text = (length: number) => "a".repeat(length);
const many = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

const billing = {
  consistent_level: "crash_consistent",
  object_type: "server",
  protect_type: "backup",
  size: 10,
};
const vault = { name: "v", resources: [], billing };
const resource = { id, type: "OS::Nova::Server" };
const pattern = ["FREQ=DAILY;INTERVAL=1;BYHOUR=6;BYMINUTE=00"];
const policy = { name: "p", operation_definition: {}, trigger: { properties: { pattern } } };
const audit = {
  bucket_name: "b",
  cycle: "PER_DAY",
  mode: "AUTO",
  status: 1,
  trigger_time: "2025-08-21 02:00:44",
};

const checkpoint = (parameters: object) => ({ checkpoint: { vault_id: id, parameters } });
const create = (change: object) => ({ vault: { ...vault, ...change } });
const sized = (size: unknown) => create({ billing: { ...billing, size } });
const update = (change: object) => ({ vault: change });
const definition = (change: object) => ({ policy: { ...policy, operation_definition: change } });
const rule = (one: string) => ({ policy: { ...policy, trigger: { properties: { pattern: [one] } } } });
const tags = (length: number) => create({ tags: many(length, (index) => ({ key: `k${index}`, value: "" })) });
const hssPolicy = (change: object) => ({ policy_id: id, operation_definition: change });

type Case = [what: string, operation: AnyOperation, accepted: unknown, refused: unknown, at: string];

/** Each documented limit: the last value that is accepted, the first that is refused, and where the refusal points. */
// biome-ignore format: one limit, one line
const bodies: Case[] = [
  ["a backup's name has 64 characters", cbr.createCheckpoint, checkpoint({ name: text(64) }), checkpoint({ name: text(65) }), "checkpoint.parameters.name"],
  ["a backup's name is not empty", cbr.createCheckpoint, checkpoint({ name: "a" }), checkpoint({ name: "" }), "checkpoint.parameters.name"],
  ["a backup's name has letters, digits, _ and -", cbr.createCheckpoint, checkpoint({ name: "A_b-9" }), checkpoint({ name: "a b" }), "checkpoint.parameters.name"],
  ["a backup's description has 255 characters", cbr.createCheckpoint, checkpoint({ description: text(255) }), checkpoint({ description: text(256) }), "checkpoint.parameters.description"],
  ["a checkpoint's resources are UUIDs", cbr.createCheckpoint, checkpoint({ resources: [id] }), checkpoint({ resources: ["x"] }), "checkpoint.parameters.resources.0"],
  ["a checkpoint has 256 resource details", cbr.createCheckpoint, checkpoint({ resource_details: many(256, () => resource) }), checkpoint({ resource_details: many(257, () => resource) }), "checkpoint.parameters.resource_details"],
  ["a checkpoint takes no unknown parameter", cbr.createCheckpoint, checkpoint({}), checkpoint({ incrementall: true }), "checkpoint.parameters"],
  ["a checkpoint needs a vault", cbr.createCheckpoint, checkpoint({}), { checkpoint: {} }, "checkpoint.vault_id"],
  ["a new vault has 10 GB at least", cbr.createVault, sized(10), sized(9), "vault.billing.size"],
  ["a new vault has 10,485,760 GB at most", cbr.createVault, sized(10_485_760), sized(10_485_761), "vault.billing.size"],
  ["a vault's size is a whole number", cbr.createVault, sized(40), sized(40.5), "vault.billing.size"],
  ["a vault's name has 64 characters", cbr.createVault, create({ name: text(64) }), create({ name: text(65) }), "vault.name"],
  ["a vault's description has 64 characters", cbr.createVault, create({ description: text(64) }), create({ description: text(65) }), "vault.description"],
  ["a new vault has 255 resources", cbr.createVault, create({ resources: many(255, () => resource) }), create({ resources: many(256, () => resource) }), "vault.resources"],
  ["a new vault has 10 tags", cbr.createVault, tags(10), tags(11), "vault.tags"],
  ["a new vault's tags are not an empty list", cbr.createVault, tags(1), tags(0), "vault.tags"],
  ["a tag's key is unique", cbr.createVault, tags(2), create({ tags: many(2, () => ({ key: "k", value: "" })) }), "vault.tags"],
  ["a tag's key has 36 characters", cbr.createVault, create({ tags: [{ key: text(36), value: "" }] }), create({ tags: [{ key: text(37), value: "" }] }), "vault.tags.0.key"],
  ["a tag's value has 43 characters", cbr.createVault, create({ tags: [{ key: "k", value: text(43) }] }), create({ tags: [{ key: "k", value: text(44) }] }), "vault.tags.0.value"],
  ["a tag has letters, digits, hyphens and underscores", cbr.createVault, create({ tags: [{ key: "k", value: "a-_9" }] }), create({ tags: [{ key: "k", value: "a=b" }] }), "vault.tags.0.value"],
  ["a vault has 5 bind rules", cbr.createVault, create({ bind_rules: { tags: many(5, () => ({ key: "k", value: "v" })) } }), create({ bind_rules: { tags: many(6, () => ({ key: "k", value: "v" })) } }), "vault.bind_rules.tags"],
  ["a backup name prefix has 32 characters", cbr.createVault, create({ backup_name_prefix: text(32) }), create({ backup_name_prefix: text(33) }), "vault.backup_name_prefix"],
  ["a console address has 255 characters", cbr.createVault, create({ billing: { ...billing, console_url: text(255) } }), create({ billing: { ...billing, console_url: text(256) } }), "vault.billing.console_url"],
  ["an object type is server, disk or turbo", cbr.createVault, create({ billing: { ...billing, object_type: "turbo" } }), create({ billing: { ...billing, object_type: "vm" } }), "vault.billing.object_type"],
  ["a resource type is one of three", cbr.addResources, { resources: [{ id, type: "OS::Sfs::Turbo" }] }, { resources: [{ id, type: "OS::Nova" }] }, "resources.0.type"],
  ["a resource's name has 255 characters", cbr.addResources, { resources: [{ ...resource, name: text(255) }] }, { resources: [{ ...resource, name: text(256) }] }, "resources.0.name"],
  ["256 resources are added at once", cbr.addResources, { resources: many(256, () => resource) }, { resources: many(257, () => resource) }, "resources"],
  ["one resource is added at least", cbr.addResources, { resources: [resource] }, { resources: [] }, "resources"],
  ["256 resources are removed at once", cbr.removeResources, { resource_ids: many(256, () => id) }, { resource_ids: many(257, () => id) }, "resource_ids"],
  ["one resource is removed at least", cbr.removeResources, { resource_ids: [id] }, { resource_ids: [] }, "resource_ids"],
  ["a vault's threshold is 1 at least", cbr.updateVault, update({ threshold: 1 }), update({ threshold: 0 }), "vault.threshold"],
  ["a vault's threshold is 100 at most", cbr.updateVault, update({ threshold: 100 }), update({ threshold: 101 }), "vault.threshold"],
  ["a vault can be changed to 1 GB", cbr.updateVault, update({ billing: { size: 1 } }), update({ billing: { size: 0 } }), "vault.billing.size"],
  ["ten projects share at once", cbr.addMember, { members: many(10, () => id) }, { members: many(11, () => id) }, "members"],
  ["a share has a project", cbr.addMember, { members: [id] }, { members: [] }, "members"],
  ["accepting a share names a vault", cbr.updateMember, { status: "accepted", vault_id: id }, { status: "accepted" }, "vault_id"],
  ["a share is accepted, pending or rejected", cbr.updateMember, { status: "rejected" }, { status: "refused" }, "status"],
  ["restoring a server needs mappings", cbr.restoreBackup, { restore: { server_id: id, mappings: [] } }, { restore: { server_id: id } }, "restore.mappings"],
  ["a restore's path has 255 characters", cbr.restoreBackup, { restore: { details: { destination_path: text(255) } } }, { restore: { details: { destination_path: text(256) } } }, "restore.details.destination_path"],
  ["a policy keeps 99,999 backups at most", cbr.createPolicy, definition({ max_backups: 99_999 }), definition({ max_backups: 100_000 }), "policy.operation_definition.max_backups"],
  ["-1 means no limit, 0 is refused", cbr.createPolicy, definition({ max_backups: -1 }), definition({ max_backups: 0 }), "policy.operation_definition.max_backups"],
  ["a policy keeps 99,999 days at most", cbr.createPolicy, definition({ retention_duration_days: 99_999 }), definition({ retention_duration_days: 100_000 }), "policy.operation_definition.retention_duration_days"],
  ["a tier has 100 at most", cbr.createPolicy, definition({ day_backups: 100, timezone: "UTC+08:00" }), definition({ day_backups: 101, timezone: "UTC+08:00" }), "policy.operation_definition.day_backups"],
  ["a tier needs a time zone", cbr.createPolicy, definition({ week_backups: 0 }), definition({ week_backups: 1 }), "policy.operation_definition.timezone"],
  ["a full backup comes every 100 backups at most", cbr.createPolicy, definition({ full_backup_interval: 100 }), definition({ full_backup_interval: 101 }), "policy.operation_definition.full_backup_interval"],
  ["a policy's name has 64 letters, digits, _ and -", cbr.createPolicy, { policy: { ...policy, name: text(64) } }, { policy: { ...policy, name: "a.b" } }, "policy.name"],
  ["a policy has 24 rules", cbr.createPolicy, { policy: { ...policy, trigger: { properties: { pattern: many(24, () => pattern[0]) } } } }, { policy: { ...policy, trigger: { properties: { pattern: many(25, () => pattern[0]) } } } }, "policy.trigger.properties.pattern"],
  ["a rule is daily or weekly", cbr.createPolicy, rule("FREQ=WEEKLY;BYDAY=MO,SU;BYHOUR=0;BYMINUTE=59"), rule("FREQ=MONTHLY;BYHOUR=0"), "policy.trigger.properties.pattern.0"],
  ["a rule's hour is 23 at most", cbr.createPolicy, rule("FREQ=DAILY;BYHOUR=23"), rule("FREQ=DAILY;BYHOUR=24"), "policy.trigger.properties.pattern.0"],
  ["a rule's minute is 59 at most", cbr.createPolicy, rule("FREQ=DAILY;BYMINUTE=59"), rule("FREQ=DAILY;BYMINUTE=60"), "policy.trigger.properties.pattern.0"],
  ["a rule's days are days", cbr.createPolicy, rule("FREQ=WEEKLY;BYDAY=SA"), rule("FREQ=WEEKLY;BYDAY=XX"), "policy.trigger.properties.pattern.0"],
  ["a rule has no other part", cbr.createPolicy, rule("FREQ=DAILY"), rule("FREQ=DAILY;COUNT=3"), "policy.trigger.properties.pattern.0"],
  ["vaults are found or counted by tags", cbr.listVaultsByTags, { action: "count" }, { action: "delete" }, "action"],
  ["a backup's new name has 64 characters", cbr.updateBackup, { backup: { name: text(64) } }, { backup: { name: text(65) } }, "backup.name"],
  ["an audit backup has one of five cycles", dbss.setAuditBackup, { ...audit, cycle: "FIVE_MIN" }, { ...audit, cycle: "DAILY" }, "cycle"],
  ["an audit backup is automatic", dbss.setAuditBackup, audit, { ...audit, mode: "MANUAL" }, "mode"],
  ["an audit backup is on or off", dbss.setAuditBackup, { ...audit, status: 0 }, { ...audit, status: 2 }, "status"],
  ["an audit backup's time is a local time", dbss.setAuditBackup, audit, { ...audit, trigger_time: "2025-08-21T02:00:44Z" }, "trigger_time"],
  ["an audit backup names a bucket", dbss.setAuditBackup, audit, { ...audit, bucket_name: undefined }, "bucket_name"],
  ["HSS accepts -1 for no limit", hss.updateBackupPolicy, hssPolicy({ max_backups: -1 }), hssPolicy({ max_backups: -2 }), "operation_definition.max_backups"],
  ["HSS tiers have 100 at most", hss.updateBackupPolicy, hssPolicy({ year_backups: 100, timezone: "UTC+01:00" }), hssPolicy({ year_backups: 101, timezone: "UTC+01:00" }), "operation_definition.year_backups"],
  ["HSS tiers need their zone", hss.updateBackupPolicy, hssPolicy({ day_backups: 0 }), hssPolicy({ day_backups: 7 }), "operation_definition.timezone"],
  ["an HSS policy's id has 256 characters", hss.updateBackupPolicy, { policy_id: text(256) }, { policy_id: text(257) }, "policy_id"],
  ["turning remote backup on names a backup server", hss.setRemoteBackup, { remote_backup: true, backup_addr: "10.0.0.1:8080", backup_host_id: id }, { remote_backup: true, backup_addr: "10.0.0.1:8080" }, "backup_host_id"],
  ["a backup address has 256 characters", hss.setRemoteBackup, { remote_backup: false, backup_addr: text(256) }, { remote_backup: false, backup_addr: text(257) }, "backup_addr"],
  ["100 phones are backed up at once", koophone.backupInstances, { instance_ids: many(100, () => "a") }, { instance_ids: many(101, () => "a") }, "instance_ids"],
  ["a phone's id has 32 characters", koophone.backupInstances, { instance_ids: [text(32)] }, { instance_ids: [text(33)] }, "instance_ids.0"],
  ["100 phones are asked for at once", koophone.queryInstanceStatus, { instance_ids: many(100, () => "a") }, { instance_ids: many(101, () => "a") }, "instance_ids"],
];

function refusal(
  schema: z.ZodType | undefined,
  value: unknown,
): { at: string | undefined; message: string | undefined } {
  const issue = schema?.safeParse(value).error?.issues[0];
  return { at: issue?.path.map(String).join("."), message: issue?.message };
}

describe("a request's body", () => {
  test.each(bodies)("%s", (_what, operation, accepted, refused, at) => {
    expect(refusal(operation.body, accepted)).toEqual({ at: undefined, message: undefined });
    const refusedAt = refusal(operation.body, refused);
    expect(refusedAt.at).toBe(at);
    expect(refusedAt.message).toBeTruthy();
  });

  test("never has a field that no document knows", () => {
    const withBodies = [
      ...Object.values(cbr),
      ...Object.values(iam),
      ...Object.values(dbss),
      ...Object.values(hss),
    ];
    for (const { name, body } of [...withBodies, ...Object.values(koophone)]) {
      if (body === undefined) continue;
      const issues: z.core.$ZodIssue[] = body.safeParse({ surprise: 1 }).error?.issues ?? [];
      expect(
        issues.map(({ code }) => code),
        name,
      ).toContain("unrecognized_keys");
    }
  });

  test("of a token request names a user by name or id, and a project or an account", () => {
    const asked = (user: object, scope?: object) => ({
      auth: { identity: { methods: ["password"], password: { user: { password: "p", ...user } } }, scope },
    });
    const accepts = (body: unknown) => iam.createToken.body.safeParse(body).success;
    expect(accepts(asked({ name: "u", domain: { name: "d" } }, { project: { name: "eu-de" } }))).toBe(true);
    expect(accepts(asked({ id: "u" }, { domain: { id: "d" } }))).toBe(true);
    expect(accepts(asked({ domain: { name: "d" } }, { project: { name: "eu-de" } }))).toBe(false);
    expect(accepts(asked({ id: "u" }, { project: {} }))).toBe(false);
  });
});

describe("a request's query", () => {
  const list = cbr.listBackups.query;

  test("is the same schema for a program's values and for text from the wire", () => {
    const values = { limit: 1000, offset: 0, dec: false, used_percent: 80, status: ["available", "error"] };
    const wire = {
      limit: "1000",
      offset: "0",
      dec: "false",
      used_percent: "80",
      status: ["available", "error"],
    };
    expect(list.parse(values)).toEqual(values);
    expect(list.parse(wire)).toEqual(values);
  });

  test("may say one status or several", () => {
    expect(list.parse({ status: "available" })).toEqual({ status: "available" });
    expect(list.safeParse({ status: ["available", "lost"] }).success).toBe(false);
    expect(list.safeParse({ status: [] }).success).toBe(false);
  });

  test.each([
    ["limit", 0],
    ["limit", 1001],
    ["limit", "ten"],
    ["limit", ""],
    ["limit", "1e3"],
    ["offset", -1],
    ["offset", "9".repeat(400)],
    ["dec", "yes"],
    ["used_percent", 101],
    ["start_time", "2018-02-01 12:00:00"],
    ["end_time", "2018-02-30T12:00:00Z"],
    ["own_type", "mine"],
    ["member_status", "open"],
    ["resource_type", "server"],
    ["image_type", "replication"],
    ["sort", "size:asc"],
    ["sort", "name:up"],
    ["sort", `${"name,".repeat(60)}id`],
  ])("refuses %s=%s by name", (name, value) => {
    const refused = refusal(list, { [name]: value });
    expect(refused.at).toBe(name);
    expect(refused.message).toBeTruthy();
  });

  test("sorts by several keys, each with a direction or without", () => {
    expect(list.parse({ sort: "created_at:desc,id" })).toEqual({ sort: "created_at:desc,id" });
  });

  test("leaves out what no document knows, as the gateway does", () => {
    expect(list.parse({ limit: 5, show_everything: "1" })).toEqual({ limit: 5 });
  });

  test("gives the limit in the refusal", () => {
    expect(refusal(list, { limit: 1001 }).message).toContain("1000");
    expect(refusal(cbr.listTasks.query, { status: "lost" }).message).toContain("running");
  });
});

describe("the documented defaults", () => {
  test("are values that their own operations accept", () => {
    const { createCheckpoint, createVault, restoreBackup, createPolicy, updateBackupPolicy } =
      documentedDefaults;
    const { charging_mode, is_auto_renew, is_auto_pay, is_multi_az, ...plain } = createVault;
    const money = { ...billing, charging_mode, is_auto_renew, is_auto_pay, is_multi_az };
    cbr.createVault.body.parse(create({ ...plain, billing: money }));
    cbr.createCheckpoint.body.parse(checkpoint(createCheckpoint));
    cbr.restoreBackup.body.parse({ restore: restoreBackup });
    const { enabled, operation_type, ...kept } = createPolicy;
    cbr.createPolicy.body.parse({
      policy: { ...policy, enabled, operation_type, operation_definition: kept },
    });
    const { enterprise_project_id, enabled: on, ...held } = updateBackupPolicy;
    hss.updateBackupPolicy.body.parse({ policy_id: id, enabled: on, operation_definition: held });
    hss.updateBackupPolicy.query.parse({ enterprise_project_id });
    for (const name of ["listTasks", "listVaults", "listBackups"] as const) {
      expect(cbr[name].query.parse(documentedDefaults[name])).toEqual(documentedDefaults[name]);
    }
    expect(dbss.listAuditInstances.query.parse(documentedDefaults.listAuditInstances)).toEqual({
      limit: 100,
      offset: 0,
    });
  });
});
