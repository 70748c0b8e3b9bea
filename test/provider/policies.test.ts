import { describe, expect, test } from "vitest";
import type { Input } from "../../shared/api/operation.ts";
import type { cbr } from "../../shared/api/operations/all.ts";
import { backupsOf, happen, makeVault, openStage, refusal, type Stage, tasksOf } from "./support.ts";

type Definition = Input<typeof cbr.createPolicy>["body"]["policy"]["operation_definition"];

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;
const daily = "FREQ=DAILY;INTERVAL=1;BYHOUR=1;BYMINUTE=00";

async function makePolicy({ api }: Stage, operation_definition: Definition = {}, pattern = [daily]) {
  const { policy } = await api.cbr.createPolicy({
    body: { policy: { name: "p", operation_definition, trigger: { properties: { pattern } } } },
  });
  return policy;
}

async function protectedBy(stage: Stage, definition: Definition, pattern?: string[]) {
  const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
  const policy = await makePolicy(stage, definition, pattern);
  await stage.api.cbr.associatePolicy({ path: { vault_id }, body: { policy_id: policy.id } });
  return { vault_id, policy_id: policy.id };
}

/** Lets days pass an hour at a time, as a client that looks in now and then would see them. */
async function passDays(stage: Stage, days: number): Promise<void> {
  for (let hour = 0; hour < 24 * days; hour += 1) {
    stage.clock.pass(hour_ms);
    await stage.call("GET", "/_control/state");
  }
}

describe("a policy", () => {
  test("is created, shown, listed, changed, applied, taken off and deleted", async () => {
    await using stage = await openStage();
    const { cbr: api } = stage.api;
    const policy = await makePolicy(stage, { retention_duration_days: 30 });
    expect(policy).toMatchObject({
      enabled: true,
      operation_type: "backup",
      operation_definition: { retention_duration_days: 30 },
      trigger: { type: "time", properties: { pattern: [daily], start_time: "2026-03-02 00:30:00" } },
      associated_vaults: [],
    });
    const vault_id = await makeVault(stage);
    const path = { vault_id };
    expect(await api.associatePolicy({ path, body: { policy_id: policy.id } })).toEqual({
      associate_policy: { vault_id, policy_id: policy.id },
    });
    expect(await api.listPolicies({ query: { vault_id } })).toMatchObject({
      count: 1,
      policies: [{ id: policy.id, associated_vaults: [{ vault_id }] }],
    });
    const changed = await api.updatePolicy({
      path: { policy_id: policy.id },
      body: { policy: { enabled: false, operation_definition: { max_backups: 3 } } },
    });
    expect(changed.policy).toMatchObject({
      enabled: false,
      operation_definition: { max_backups: 3 },
      name: "p",
    });
    await api.dissociatePolicy({ path, body: { policy_id: policy.id } });
    const again = await stage.call("POST", `/v3/${stage.project}/vaults/${vault_id}/dissociatepolicy`, {
      body: { policy_id: policy.id },
    });
    expect(again).toMatchObject(refusal(404, "BackupService.6002"));
    await api.deletePolicy({ path: { policy_id: policy.id } });
    expect(await stage.call("GET", `/v3/${stage.project}/policies/${policy.id}`)).toMatchObject(
      refusal(404, "BackupService.6000"),
    );
  });

  test("a vault has one: another takes its place", async () => {
    await using stage = await openStage();
    const { vault_id, policy_id } = await protectedBy(stage, {});
    const second = await makePolicy(stage);
    await stage.api.cbr.associatePolicy({ path: { vault_id }, body: { policy_id: second.id } });
    const { policies } = await stage.api.cbr.listPolicies();
    const vaultsOf = (id: string) => policies.find((policy) => policy.id === id)?.associated_vaults;
    expect([vaultsOf(policy_id), vaultsOf(second.id)]).toMatchObject([[], [{ vault_id }]]);
  });

  test("a project has at most 32", async () => {
    await using stage = await openStage();
    for (let index = 0; index < 32; index += 1) await makePolicy(stage);
    const answer = await stage.call("POST", `/v3/${stage.project}/policies`, {
      body: {
        policy: { name: "p", operation_definition: {}, trigger: { properties: { pattern: [daily] } } },
      },
    });
    expect(answer).toMatchObject(refusal(400, "BackupService.6001"));
  });

  test.each([
    [{ trigger: { properties: { pattern: ["FREQ=HOURLY"] } } }],
    [{ trigger: { properties: { pattern: ["FREQ=DAILY;BYHOUR=24"] } } }],
    [{ trigger: { properties: { pattern: ["FREQ=DAILY;BYHOUR=1;BYMINUTE=0,30"] } } }],
    [{ trigger: { properties: { pattern: [daily, "FREQ=DAILY;BYHOUR=1;BYMINUTE=30"] } } }],
    [{ trigger: { properties: { pattern: [daily, "FREQ=WEEKLY;BYDAY=WE;BYHOUR=0;BYMINUTE=01"] } } }],
    [
      {
        trigger: {
          properties: { pattern: ["FREQ=DAILY;BYHOUR=23;BYMINUTE=30", "FREQ=DAILY;BYHOUR=0;BYMINUTE=0"] },
        },
      },
    ],
    [{ trigger: { properties: { pattern: Array(25).fill(daily) } } }],
    [{ operation_definition: { max_backups: 0 } }],
    [{ operation_definition: { day_backups: 7 } }],
    [{ operation_definition: { day_backups: 101, timezone: "UTC+01:00" } }],
    [{ name: "with space" }],
  ])("is refused with %j", async (wrong) => {
    await using stage = await openStage();
    const policy = {
      name: "p",
      operation_definition: {},
      trigger: { properties: { pattern: [daily] } },
      ...wrong,
    };
    const answer = await stage.call("POST", `/v3/${stage.project}/policies`, { body: { policy } });
    expect(answer).toMatchObject(refusal(400, "BackupService.9900"));
  });
});

describe("native backups", () => {
  test("are made by the policy at its times, with an end of their own", async () => {
    await using stage = await openStage({ now: "2026-03-02T00:30:00Z" });
    const { vault_id, policy_id } = await protectedBy(stage, { retention_duration_days: 2 });
    await passDays(stage, 1);
    const [backup, ...others] = await backupsOf(stage, { vault_id });
    expect(others).toEqual([]);
    expect(backup).toMatchObject({ status: "available", extend_info: { auto_trigger: true } });
    expect(backup?.created_at).toMatch(/^2026-03-02T01:00:00/);
    expect(backup?.expired_at).toMatch(/^2026-03-04T01:00:00/);
    expect(backup?.name).toMatch(/^autobk_/);
    expect(await tasksOf(stage, { vault_id })).toMatchObject([{ policy_id, status: "success" }]);
  });

  test("follow days of the week and intervals", async () => {
    await using stage = await openStage({ now: "2026-03-02T00:30:00Z" });
    const weekly = await protectedBy(stage, {}, ["FREQ=WEEKLY;BYDAY=TU,FR;BYHOUR=14;BYMINUTE=30"]);
    await passDays(stage, 8);
    const times = (await backupsOf(stage, { vault_id: weekly.vault_id })).map(({ created_at }) =>
      created_at.slice(0, 16),
    );
    expect(times.toReversed()).toEqual(["2026-03-03T14:30", "2026-03-06T14:30"]);
    const other = await makeVault(stage, { resources: stage.made.servers.slice(1, 2) });
    const third = await makePolicy(stage, {}, ["FREQ=DAILY;INTERVAL=3;BYHOUR=6;BYMINUTE=00"]);
    await stage.api.cbr.associatePolicy({ path: { vault_id: other }, body: { policy_id: third.id } });
    await passDays(stage, 8);
    const every = (await backupsOf(stage, { vault_id: other })).map(({ created_at }) =>
      created_at.slice(0, 13),
    );
    expect(every.toReversed()).toEqual(["2026-03-10T06", "2026-03-13T06", "2026-03-16T06"]);
  });

  test("are full after so many incremental ones", async () => {
    await using stage = await openStage();
    const { vault_id } = await protectedBy(stage, { full_backup_interval: 2 });
    await passDays(stage, 6);
    const flags = (await backupsOf(stage, { vault_id })).map(({ extend_info }) => extend_info?.incremental);
    expect(flags.toReversed()).toEqual([false, true, true, false, true, true]);
  });

  test("stop when the policy is disabled, and are noted as skipped when the vault cannot be backed up", async () => {
    await using stage = await openStage();
    const { vault_id, policy_id } = await protectedBy(stage, {});
    await happen(stage, { action: "set-vault-status", vault_id, status: "frozen" });
    await passDays(stage, 1);
    expect(await tasksOf(stage, { vault_id })).toMatchObject([
      { status: "skipped", error_info: { code: "BackupService.6113" } },
    ]);
    await stage.api.cbr.updatePolicy({ path: { policy_id }, body: { policy: { enabled: false } } });
    await passDays(stage, 3);
    expect(await tasksOf(stage, { vault_id })).toHaveLength(1);
  });

  test("expire in the day's batches; backups by hand stay", async () => {
    await using stage = await openStage();
    const { vault_id } = await protectedBy(stage, { retention_duration_days: 2 });
    await stage.api.cbr.createCheckpoint({
      body: { checkpoint: { vault_id, parameters: { name: "by-hand" } } },
    });
    await passDays(stage, 6);
    const left = (await backupsOf(stage, { vault_id })).map(({ name, created_at }) => [
      name?.slice(0, 6),
      created_at.slice(8, 10),
    ]);
    expect(left).toEqual([
      ["autobk", "07"],
      ["autobk", "06"],
      ["by-han", "02"],
    ]);
    const deleted = await tasksOf(stage, { operation_type: "delete" });
    expect(deleted.length).toBeGreaterThan(2);
    for (const { created_at } of deleted) {
      const hour = Number(created_at?.slice(11, 13));
      expect(hour).toBeGreaterThanOrEqual(8);
      expect(hour).toBeLessThanOrEqual(20);
    }
  });

  test("beyond the largest number go, except the newest of each day, week and month that are kept", async () => {
    await using stage = await openStage({ now: "2026-03-02T00:30:00Z" });
    const { vault_id } = await protectedBy(stage, {
      max_backups: 2,
      week_backups: 2,
      month_backups: 2,
      timezone: "UTC+00:00",
    });
    stage.clock.pass(0);
    await passDays(stage, 35);
    const left = (await backupsOf(stage, { vault_id })).map(({ created_at }) => created_at.slice(5, 10));
    // The two newest; the newest of the last two weeks (Sunday the 5th, Sunday the 29th) and months (March ends on the 31st).
    expect(left).toEqual(["04-05", "04-04", "03-31", "03-29"]);
  });

  test("of a locked vault cannot be deleted before their time", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1), locked: true });
    const policy = await makePolicy(stage, { retention_duration_days: 30 });
    await stage.api.cbr.associatePolicy({ path: { vault_id }, body: { policy_id: policy.id } });
    await passDays(stage, 1);
    const [backup] = await backupsOf(stage, { vault_id });
    const answer = await stage.call("DELETE", `/v3/${stage.project}/backups/${backup?.id}`);
    expect(answer).toMatchObject(refusal(400, "BackupService.6220"));
    stage.clock.pass(30 * day_ms);
    const later = await backupsOf(stage, { vault_id });
    expect(later.map(({ id }) => id)).not.toContain(backup?.id);
  });
});
