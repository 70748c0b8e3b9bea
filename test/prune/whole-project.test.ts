import { afterAll, beforeAll, expect, test } from "vitest";
import { faultPlan } from "../../infra/local/provider/faults.ts";
import type { Backup, ObjectType, Vault } from "../../infra/local/provider/world/model.ts";
import { type SeededRandom, seededRandom } from "../../infra/local/provider/world/random.ts";
import { slotRecord } from "../../shared/checkpoints/slot.ts";
import { placeHold } from "../../shared/control/hold.ts";
import { type Deletion, deletionsOf } from "../../shared/prune/deletion.ts";
import { decisionsOf, plansOfVault } from "../../shared/prune/plan.ts";
import { plan } from "../../shared/work/transitions.ts";
import { hours, now_ms, objective_hours, type PruningCloud, pruningCloud } from "./cloud.ts";
import { type Fact, mayGo, type Setting } from "./oracle.ts";
import { addBackups, addVault, ours, resourcesOf, slotOf } from "./vaults.ts";

const vaults = 200;
const backupsInVault = 100;
const minimum = 2;
const retention = { max_backups: 4, week_backups: 3, timezone: "UTC" };

/** 10% throttled, 5% failed (half of them after the effect), 2% of connections lost after the effect, lists that move. */
const faults = faultPlan.parse({
  calls: [
    { kind: "throttle", probability: 0.1, retry_after_s: 1 },
    { kind: "error", when: "before", probability: 0.025 },
    { kind: "error", when: "after", probability: 0.025 },
    { kind: "reset", when: "after", probability: 0.02 },
  ],
  tasks: [{ kind: "task", task: "delete", outcome: "failed", probability: 0.03 }],
  page_drift: 0.05,
});

interface Made {
  readonly vault: Vault;
  readonly setting: Setting;
  readonly facts: ReadonlyMap<string, Fact>;
}

let cloud: PruningCloud;
let made: Made[];

beforeAll(async () => {
  cloud = await pruningCloud({
    faults: faultPlan.parse({}),
    rule: { retention, minimum_good_backups: minimum },
    project: { native_automatic: true, orphans: { delete_after_days: 9 } },
    // Not faster: calls have deadlines, and a busy machine would miss many.
    speed: 60,
  });
  const random = seededRandom(5);
  made = [];
  for (let index = 0; index < vaults; index++) made.push(await makeVault(index, random));
  cloud.cloud.faults.setPlan(faults);
}, 120_000);
afterAll(() => cloud.close());

const isOneIn = (random: SeededRandom, n: number) => random.between(1, n) === 1;

/** A vault of five resources with backups of every class, and what is true of them. */
async function makeVault(index: number, random: SeededRandom): Promise<Made> {
  const object_type: ObjectType = index % 3 === 0 ? "disk" : "server";
  const held = isOneIn(random, 20);
  const locked = isOneIn(random, 20);
  const tags = held ? [{ key: "vigil-hold", value: "yes" }] : [];
  const vault = addVault(cloud, { object_type, resources: 5, tags, locked });
  const mine: Backup[] = [];
  const facts = new Map<string, Fact>();
  for (const resource_id of resourcesOf(vault)) {
    const breached = isOneIn(random, 12);
    for (let number = 0; number < backupsInVault / 5; number++) {
      // Half hours keep the ages off every limit for the hours that the test lasts.
      const age = 24 * number + (breached ? 30.5 : 8.5);
      const [backup, isOurs] = makeBackup(random, vault, { resource_id, age });
      if (isOurs) mine.push(backup);
      const isHeld = await spoil(random, backup);
      facts.set(backup.id, factOf(backup, { isOurs, isHeld }));
    }
  }
  await ours(cloud.ledger, vault, mine);
  const slotOpen = isOneIn(random, 20);
  if (slotOpen) {
    const slot = slotOf(vault, "2026-11-22T01:00:00Z", []);
    await slotRecord.create(cloud.ledger, { ...slot, work: plan(now_ms) });
  }
  if (isOneIn(random, 25)) vault.status = "frozen";
  if (isOneIn(random, 4)) orphan(vault);
  const resources = new Set(resourcesOf(vault));
  return {
    ...{ vault, facts },
    setting: {
      ...{ now_ms, slotOpen, minimum, objective_hours, native: true, orphan_days: 9 },
      vault: { held, locked, status: vault.status, resources },
      elsewhere: new Set(),
      max_backups: 4,
      retention_duration_days: -1,
      week_backups: 3,
    },
  };
}

function makeBackup(
  random: SeededRandom,
  vault: Vault,
  { resource_id, age }: { resource_id: string; age: number },
): [Backup, boolean] {
  const kind = random.between(1, 12);
  const native = { policy_id: "p1", retention_days: random.between(1, 12) };
  const options = kind === 1 ? { resource_id, native } : { resource_id };
  const status = isOneIn(random, 12) ? ("error" as const) : undefined;
  const [backup] = addBackups(cloud, vault, [age], status ? { ...options, status } : options);
  if (!backup) throw new Error("no backup was made");
  return [backup, kind > 3];
}

/** Things that happen to a backup; whether it is on hold. */
async function spoil(random: SeededRandom, backup: Backup): Promise<boolean> {
  const what = random.between(1, 40);
  if (what === 1) backup.image_ids = ["image-1"];
  if (what === 2) backup.status = "restoring";
  if (what === 3) for (const child of backup.children.slice(0, 1)) child.status = "error";
  if (what === 4 && backup.object_type === "server") {
    backup.members.set(cloud.identities.other.id, {
      ...{ id: backup.id, dest_project_id: cloud.identities.other.id, created: now_ms },
      ...{ updated: undefined, status: "accepted", vault_id: null, image_id: null },
    });
  }
  if (what !== 5) return false;
  await placeHold(cloud.ledger, { id: backup.id, target: backup.id, reason: "audit", placed_at_ms: now_ms });
  return true;
}

function orphan(vault: Vault): void {
  const [resource_id = ""] = resourcesOf(vault);
  vault.resources.delete(resource_id);
  cloud.world.holders.delete(resource_id);
}

function factOf(backup: Backup, known: { isOurs: boolean; isHeld: boolean }): Fact {
  const { id, resource_id, created, status, children, auto_trigger, expires, image_ids, members } = backup;
  return {
    ...{ id, resource_id, status, ...known },
    at_ms: created,
    children: children.map((child) => child.status),
    automatic: auto_trigger,
    expires_ms: expires,
    isImage: image_ids.length > 0,
    isChild: false,
    isForeign: false,
    isShared: members.size > 0,
  };
}

/** Delivers everything, half of it twice, some of that at the same time, until nothing waits. */
async function drain(random: SeededRandom): Promise<void> {
  while (cloud.messages.length > 0) {
    const batch = cloud.messages.splice(0, 8);
    const twice = batch.filter(() => isOneIn(random, 2));
    await Promise.all([...batch, ...twice].map((message) => cloud.deliver(message)));
    await Promise.all(twice.map((message) => cloud.deliver(message)));
    const wait_s = Math.max(0, ...cloud.messages.map(({ delay_s = 0 }) => delay_s));
    if (cloud.messages.length < 8) cloud.later(wait_s * 1000);
  }
}

const remainingOf = ({ id }: Vault) => (cloud.world.backupsOfVault.get(id)?.all() ?? []).map((one) => one.id);

test("of 20,000 backups of all classes in 200 vaults remains exactly what an independent oracle over the provider's state allows", async () => {
  const before = made.flatMap(({ vault }) => remainingOf(vault));
  expect(before).toHaveLength(vaults * backupsInVault);
  const random = seededRandom(6);
  // The first run deletes; later ones take up what was put off, what failed, and confirm.
  const runs = ["09:00", "12:00", "15:00", "18:00", "21:00"].map((time) => `2026-11-21T${time}:00Z`);
  for (const [index, run] of runs.entries()) {
    if (index === 3) cloud.cloud.faults.setPlan(faultPlan.parse({}));
    await cloud.plan(run);
    await drain(random);
    cloud.later(hours(1));
  }

  // Later, some ages would pass a limit and the oracle's answer would be another.
  expect(cloud.clock.now() - now_ms).toBeLessThan(hours(15));

  let deleted = 0;
  for (const { vault, facts, setting } of made) {
    const gone = mayGo([...facts.values()], setting);
    const left = new Set(remainingOf(vault));
    const missing = [...facts.keys()].filter((id) => !left.has(id));
    expect(missing.sort(), `vault ${vault.id}`).toEqual([...gone].sort());
    deleted += missing.length;
    await expectReasons(vault, missing, runs);
  }
  // The test would prove little if it deleted little, or nearly everything.
  expect(deleted).toBeGreaterThan(4_000);
  expect(deleted).toBeLessThan(14_000);
}, 300_000);

/** Each deletion was decided by a plan, with a reason, and is on record with what became of it. */
async function expectReasons(vault: Vault, missing: readonly string[], runs: readonly string[]) {
  const decided = new Map<string, string>();
  const id = { project: "demo", vault_id: vault.id };
  for await (const { value } of plansOfVault(cloud.ledger, id)) {
    for (const { id: backup, action, reason } of await decisionsOf(cloud.ledger, value)) {
      if (action === "delete") decided.set(backup, reason);
    }
  }
  const endings = new Map<string, Deletion[]>();
  for (const scheduled_at of runs) {
    for await (const { value } of deletionsOf(cloud.ledger, { ...id, scheduled_at })) {
      endings.set(value.backup_id, [...(endings.get(value.backup_id) ?? []), value]);
    }
  }
  for (const backup of missing) {
    expect(decided.get(backup)).toMatch(/\w+ \w+/);
    const states = (endings.get(backup) ?? []).map(({ state }) => state);
    expect(states, backup).toContain("gone");
  }
  // What is still there is nowhere reported as gone.
  for (const [backup, all] of endings) {
    if (!missing.includes(backup)) expect(all.map(({ state }) => state)).not.toContain("gone");
  }
}
