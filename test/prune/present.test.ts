import { afterEach, describe, expect, test } from "vitest";
import { resume, stop } from "../../infra/commands/operate/stop.ts";
import { discard } from "../../infra/local/provider/world/backups.ts";
import { migrateResources } from "../../infra/local/provider/world/migration.ts";
import type { Backup, Vault } from "../../infra/local/provider/world/model.ts";
import { approve } from "../../shared/control/approval.ts";
import { placeHold } from "../../shared/control/hold.ts";
import { deletionsOf } from "../../shared/prune/deletion.ts";
import { vaultPruneRecord } from "../../shared/prune/vault-record.ts";
import type { Message } from "../../shared/queue/queue.ts";
import { placeOf } from "../support/place.ts";
import { type CloudOptions, hours, morning, now_ms, type PruningCloud, pruningCloud } from "./cloud.ts";
import { addBackups, addVault, ids, nightlyVault, ours, remaining, resourcesOf } from "./vaults.ts";

const minutes = (n: number) => n * 60_000;
const noon = "2026-11-21T12:00:00Z";
const held = { key: "vigil-hold", value: "" };

let cloud: PruningCloud;
const open = async (options?: CloudOptions) => {
  cloud = await pruningCloud(options);
};
afterEach(() => cloud.close());

const stateOf = async (vault: Vault) =>
  (await vaultPruneRecord.read(cloud.ledger, { project: "demo", vault_id: vault.id }))?.value;

async function endings(vault: Vault, scheduled_at = morning): Promise<Record<string, string>> {
  const all = await Array.fromAsync(
    deletionsOf(cloud.ledger, { project: "demo", vault_id: vault.id, scheduled_at }),
  );
  return Object.fromEntries(all.map(({ value }) => [value.backup_id, value.code ?? value.state]));
}

async function nextMessage(): Promise<Message> {
  const [message] = cloud.messages.splice(0);
  if (!message) throw new Error("nothing was sent");
  return message;
}

/** Delivers one message; something happens when a call is made to that path for the first time. */
async function deliverMeanwhile(path: RegExp, method: string, happens: () => void | Promise<void>) {
  let done = false;
  const dispatcher = cloud.agent.compose((dispatch) => (options, handler) => {
    if (!done && options.method === method && path.test(options.path)) {
      done = true;
      void happens();
    }
    return dispatch(options, handler);
  });
  await cloud.deliver(await nextMessage(), { dispatcher });
  expect(done).toBe(true);
}

/** The order in which a plan deletes is not ours to choose: whatever goes first. */
const anyLook = /\/backups\/[^/?]+$/;

describe("a hold that is placed after the plan was checked is heeded by the very next delete", () => {
  const parts = {
    "on its checkpoint": ({ checkpoint_id }: Backup) => checkpoint_id,
    "on a part of it": ({ children }: Backup) => children[0]?.id,
    "on a disk of its server": ({ children }: Backup) => children[0]?.resource_id,
    "on its resource": ({ resource_id }: Backup) => resource_id,
    "on its vault": ({ vault_id }: Backup) => vault_id,
  };
  test.each(Object.entries(parts))("%s", async (_, targetOf) => {
    await open();
    const { vault, backups } = await nightlyVault(cloud, 4);
    const [backup] = backups.slice(3);
    const target = backup && targetOf(backup);
    if (!target) throw new Error("there is nothing to hold");
    await cloud.plan();
    await deliverMeanwhile(/\/members/, "GET", () =>
      placeHold(cloud.ledger, { id: "h1", target, reason: "audit", placed_at_ms: now_ms }),
    );
    expect(remaining(cloud, vault)).toHaveLength(4);
    expect(await endings(vault)).toEqual({ [backup.id]: "on-hold" });
  });
});

describe("the last look before a delete is minutes old at most", () => {
  /** Two servers lose two backups each; before the second delete something happens and four minutes pass. */
  async function deleteWith(happens: (vault: Vault, backups: readonly Backup[]) => void) {
    await open({ rule: { retention: { max_backups: 1 }, minimum_good_backups: 1 } });
    const { vault, backups } = await nightlyVault(cloud, 3, { resources: 2 });
    await cloud.plan();
    await deliverMeanwhile(anyLook, "DELETE", () => {
      happens(vault, backups);
      cloud.later(minutes(4));
    });
    await cloud.drain();
    return { vault, backups, left: new Set(remaining(cloud, vault)) };
  }

  test("good backups that people have deleted meanwhile are not counted", async () => {
    const { backups, left } = await deleteWith((_, all) => {
      for (const newest of all.slice(0, 2)) discard(cloud.world, newest);
    });
    for (const resource_id of new Set(backups.map((backup) => backup.resource_id))) {
      const rest = backups.filter((backup) => backup.resource_id === resource_id && left.has(backup.id));
      expect(rest.length).toBeGreaterThan(0);
    }
  });

  test.each([
    ["the hold tag", (vault: Vault) => void Object.assign(vault, { tags: [...vault.tags, held] })],
    ["the lock", (vault: Vault) => void Object.assign(vault, { locked: true })],
    ["a rule that selects it no more", (vault: Vault) => void Object.assign(vault, { tags: [] })],
  ])("%s is seen: nothing more goes", async (_, change) => {
    const { left } = await deleteWith(change);
    expect(left.size).toBe(5);
  });

  test("a resource whose newest good backup is about to be too old loses nothing", async () => {
    await open();
    const vault = addVault(cloud);
    const backups = addBackups(cloud, vault, [26 - 2 / 60, 50, 74, 98]);
    await ours(cloud.ledger, vault, backups);
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(4);
  });
});

describe("a plan that waits for its approval", () => {
  test("is judged by where the resources are in the run that carries it out", async () => {
    await open({ rule: { largest_share: 0.25 }, project: { orphans: { delete_after_days: 2 } } });
    const { vault, backups } = await nightlyVault(cloud, 6);
    const other = addVault(cloud, { resources: 0, tags: [] });
    const [id = ""] = resourcesOf(vault);
    const resource = vault.resources.get(id);
    if (!resource) throw new Error("the vault has no resource");
    vault.resources.delete(id);
    cloud.world.holders.delete(id);
    await cloud.plan();
    await cloud.drain();
    expect(await stateOf(vault)).toMatchObject({ state: "waiting" });

    other.resources.set(id, resource);
    cloud.world.holders.set(id, other);
    cloud.later(hours(3));
    await approve(cloud.ledger, {
      hash: (await stateOf(vault))?.plan?.hash ?? "",
      approved_at_ms: cloud.clock.now(),
    });
    await cloud.plan(noon);
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(backups.length);
    expect(new Set(Object.values(await endings(vault)))).toEqual(new Set(["elsewhere"]));
  });

  test("is void when the estate has changed, and the new one asks again", async () => {
    await open({ rule: { largest_share: 0.25 } });
    const { vault } = await nightlyVault(cloud, 8);
    await cloud.plan();
    await cloud.drain();
    const old = (await stateOf(vault))?.plan?.hash ?? "";
    await approve(cloud.ledger, { hash: old, approved_at_ms: now_ms });
    cloud.deploy({ rule: { retention: { max_backups: 5 } } });
    await cloud.plan(noon);
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(8);
    const after = await stateOf(vault);
    expect(after?.state).toBe("waiting");
    expect(after?.plan?.hash).not.toBe(old);
    expect(cloud.notifications.map(({ attributes }) => attributes.cause)).toEqual([
      "plan-needs-approval",
      "plan-needs-approval",
    ]);
  });
});

describe("a plan in hand", () => {
  /** 250 backups of one disk: three slices, of which the first is done. */
  async function firstSlice() {
    await open();
    const made = await nightlyVault(cloud, 250, { object_type: "disk" });
    await cloud.plan();
    await cloud.deliver(await nextMessage());
    expect(remaining(cloud, made.vault)).toHaveLength(150);
    return made;
  }

  test("stops before the next delete when the mode is edited to report", async () => {
    const { vault } = await firstSlice();
    cloud.deploy({ project: { mode: "report" } });
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(150);
    expect(await stateOf(vault)).toMatchObject({ state: "closed", note: /^report only/ });
  });

  test("is followed by another after stop, edit and resume: nothing more goes by the old one", async () => {
    const { vault } = await firstSlice();
    await stop(placeOf(cloud), "the rule is wrong");
    await cloud.drain();
    cloud.deploy({ rule: { retention: { max_backups: 200 } } });
    await resume(placeOf(cloud));
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(150);
    expect(await stateOf(vault)).toMatchObject({ state: "closed", note: /^nothing to delete/ });
  });

  test("is followed by another after a resume between two deletes of one slice", async () => {
    await open({ rule: { largest_share: 0.25 } });
    const { vault } = await nightlyVault(cloud, 4);
    await cloud.plan();
    await deliverMeanwhile(/\/members/, "GET", async () => {
      await stop(placeOf(cloud), "a doubt");
      cloud.deploy({ rule: { retention: { max_backups: 4 } } });
      await resume(placeOf(cloud));
    });
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(4);
    expect(await stateOf(vault)).toMatchObject({ edition: 1, state: "closed" });
  });
});

describe("a resource that moves to another vault", () => {
  async function moved() {
    await open();
    const { vault, backups } = await nightlyVault(cloud, 6, { resources: 2 });
    const other = addVault(cloud);
    return { vault, other, backups, id: resourcesOf(vault)[0] ?? "" };
  }
  const move = (source: Vault, destination: Vault, id: string) =>
    migrateResources(cloud.world, { source, destination, ids: [id] });

  test("takes its backups along: they are still ours, and pruned there", async () => {
    const { vault, other, id } = await moved();
    move(vault, other, id);
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(3);
    expect(remaining(cloud, other)).toHaveLength(3);
  });

  test("does not make what is still there gone in the records", async () => {
    const { vault, other, backups, id } = await moved();
    // The provider fails every deletion, and it is not known whether it worked.
    const fault = { kind: "error", operation: "deleteBackup", when: "before", status: 500 } as const;
    cloud.cloud.faults.add(fault);
    await cloud.plan();
    await cloud.drain();
    const before = await endings(vault);
    expect(new Set(Object.values(before))).toEqual(new Set(["APIGW.0601"]));
    move(vault, other, id);
    cloud.later(hours(3));
    cloud.cloud.faults.setPlan({ calls: [], tasks: [], listing_lag_ms: 0, page_drift: 0 });
    await cloud.plan(noon);
    const [message] = cloud.messages.filter(({ body }) => body.includes(vault.id));
    if (!message) throw new Error("nothing was sent for the vault");
    await cloud.deliver(message);
    const records = await Array.fromAsync(
      deletionsOf(cloud.ledger, { project: "demo", vault_id: vault.id, scheduled_at: morning }),
    );
    const ofMoved = records.filter(({ value }) => value.resource_id === id);
    expect(ofMoved.map(({ value }) => value.state)).toEqual(["remains", "remains", "remains"]);
    expect(ids(backups)).toEqual(expect.arrayContaining(ofMoved.map(({ value }) => value.backup_id)));
  });
});
