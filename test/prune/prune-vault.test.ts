import type { Dispatcher } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import { callFault, faultPlan } from "../../infra/local/provider/faults.ts";
import { slotRecord } from "../../shared/checkpoints/slot.ts";
import { approve } from "../../shared/control/approval.ts";
import { placeHold } from "../../shared/control/hold.ts";
import { writeStop } from "../../shared/control/stop.ts";
import { deletionsOf } from "../../shared/prune/deletion.ts";
import { decisionsOf, plansOfVault } from "../../shared/prune/plan.ts";
import { vaultPruneRecord } from "../../shared/prune/vault-record.ts";
import { plan } from "../../shared/work/transitions.ts";
import { type CloudOptions, hours, morning, now_ms, type PruningCloud, pruningCloud } from "./cloud.ts";
import { addBackups, addVault, ids, nightlyVault, ours, remaining, resourcesOf, slotOf } from "./vaults.ts";

let opened: PruningCloud | undefined;
const open = async (options?: CloudOptions) => {
  opened = await pruningCloud(options);
  return opened;
};
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const stateOf = async (cloud: PruningCloud, vault_id: string) =>
  (await vaultPruneRecord.read(cloud.ledger, { project: "demo", vault_id }))?.value;

const deletions = async (cloud: PruningCloud, vault_id: string, scheduled_at = morning) =>
  Object.fromEntries(
    (await Array.fromAsync(deletionsOf(cloud.ledger, { project: "demo", vault_id, scheduled_at }))).map(
      ({ value }) => [value.backup_id, value.code ? `${value.state} ${value.code}` : value.state],
    ),
  );

const decisions = async (cloud: PruningCloud, vault_id: string) => {
  const [plan] = await Array.fromAsync(plansOfVault(cloud.ledger, { project: "demo", vault_id }));
  if (!plan) throw new Error("there is no plan");
  return decisionsOf(cloud.ledger, plan.value);
};
const codeOf = async (cloud: PruningCloud, vault_id: string, id: string | undefined) =>
  (await decisions(cloud, vault_id)).find((decision) => decision.id === id)?.code;

describe("pruning a vault", () => {
  test("deletes what no rule keeps, and reports it as gone only when a later listing lacks it", async () => {
    const cloud = await open();
    const { vault, backups } = await nightlyVault(cloud, 6);
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault).sort()).toEqual(ids(backups.slice(0, 3)).sort());
    const toDelete = ids(backups.slice(3));
    expect(await deletions(cloud, vault.id)).toEqual(
      Object.fromEntries(toDelete.map((id) => [id, "requested"])),
    );

    cloud.later(hours(2));
    await cloud.plan("2026-11-21T11:00:00Z");
    await cloud.drain();
    expect(await deletions(cloud, vault.id)).toEqual(Object.fromEntries(toDelete.map((id) => [id, "gone"])));
  });

  test("says in the ledger why each backup is kept or goes, before the first is deleted", async () => {
    const cloud = await open();
    const { vault, backups } = await nightlyVault(cloud, 4);
    await cloud.plan();
    cloud.cloud.faults.add({
      kind: "error",
      operation: "deleteBackup",
      when: "before",
      status: 403,
      code: "APIGW.0302",
    });
    const [message] = cloud.messages.splice(0);
    if (message) await cloud.deliver(message);
    expect(remaining(cloud, vault)).toHaveLength(4);
    const said = new Map((await decisions(cloud, vault.id)).map(({ id, reason }) => [id, reason]));
    expect(said.get(backups[0]?.id ?? "")).toMatch(/among the newest 3/);
    expect(said.get(backups[3]?.id ?? "")).toMatch(/newest 3/);
  });

  test("leaves a resource alone while one of its backups cannot be read, and all while nobody knows whose it is", async () => {
    const cloud = await open();
    const { vault, backups } = await nightlyVault(cloud, 5, { resources: 2 });
    const [odd] = backups;
    const fault = { kind: "odd", operation: "listBackups", oddity: "item", item_id: odd?.id };
    cloud.cloud.faults.setPlan(
      faultPlan.parse({ calls: [{ ...fault, lacks: ["created_at", "resource_id"] }] }),
    );
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(10);

    cloud.cloud.faults.setPlan(faultPlan.parse({ calls: [{ ...fault, lacks: ["created_at"] }] }));
    cloud.later(hours(1));
    await cloud.plan("2026-11-21T10:00:00Z");
    await cloud.drain();
    const left = new Set(remaining(cloud, vault));
    const gone = backups.filter(({ id }) => !left.has(id));
    expect(gone.map(({ resource_id }) => resource_id)).toEqual(
      Array(2).fill(resourcesOf(vault).find((id) => id !== odd?.resource_id)),
    );
    const refused = (await decisions(cloud, vault.id)).filter(({ code }) => code === "unreadable");
    // The odd one is the newest: the others move up by one, and the oldest would have gone.
    expect(refused.map(({ resource_id }) => resource_id)).toEqual([odd?.resource_id]);
  });

  test("does not take for gone what it has asked to be deleted and then cannot read", async () => {
    const cloud = await open();
    const { vault, backups } = await nightlyVault(cloud, 4);
    const toDelete = backups.at(-1)?.id ?? "";
    cloud.world.outcomeOf = () => ({ outcome: "hang" });
    await cloud.plan();
    await cloud.drain();
    expect(await deletions(cloud, vault.id)).toEqual({ [toDelete]: "requested" });
    const fault = { kind: "odd", operation: "listBackups", oddity: "item", item_id: toDelete };
    cloud.cloud.faults.add(callFault.parse(fault));
    cloud.later(hours(2));
    await cloud.plan("2026-11-21T11:00:00Z");
    await cloud.drain();
    expect(await deletions(cloud, vault.id)).toEqual({ [toDelete]: "requested" });
  });

  test("takes a share that cannot be read for a share", async () => {
    const cloud = await open();
    const { vault, backups } = await nightlyVault(cloud, 4);
    const [oldest] = backups.slice(-1);
    if (!oldest) throw new Error("no backup was made");
    oldest.members.set("m", {
      ...{ id: "m", dest_project_id: "p2", created: oldest.created, updated: undefined },
      ...{ status: "pending", vault_id: null, image_id: null },
    });
    cloud.cloud.faults.add(callFault.parse({ kind: "odd", operation: "listMembers", oddity: "item" }));
    await cloud.plan();
    await cloud.drain();
    expect(await deletions(cloud, vault.id)).toEqual({ [oldest.id]: "refused shared" });
    expect(remaining(cloud, vault)).toHaveLength(4);
  });

  test("goes on where answers are as real gateways give them", async () => {
    const sparse = { kind: "odd", oddity: "sparse" };
    const capped = { kind: "odd", oddity: "capped", largest_page: 2 };
    for (const calls of [[sparse], [capped]]) {
      const cloud = await open({ faults: faultPlan.parse({ calls }) });
      const { vault, backups } = await nightlyVault(cloud, 6);
      await cloud.plan();
      await cloud.drain();
      expect(remaining(cloud, vault).sort()).toEqual(ids(backups.slice(0, 3)).sort());
      await cloud.close();
    }
  });

  test("never deletes a backup that an image was made of, although the answer does not name the image", async () => {
    const cloud = await open({ faults: faultPlan.parse({ calls: [{ kind: "odd", oddity: "sparse" }] }) });
    const { vault, backups } = await nightlyVault(cloud, 4);
    const source = backups.at(-1);
    if (source) source.image_ids = ["image"];
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(4);
    expect(await codeOf(cloud, vault.id, source?.id)).toBe("image-source");
  });

  test("leaves a vault that cannot be read as it is, and takes nothing for an orphan that it may hold", async () => {
    const cloud = await open({ project: { orphans: { delete_after_days: 1 } } });
    const { vault } = await nightlyVault(cloud, 5);
    const other = await nightlyVault(cloud, 5, { resources: 2 });
    // The resource itself has moved, its backups have not.
    const [, moved = ""] = resourcesOf(other.vault);
    const held = other.vault.resources.get(moved);
    other.vault.resources.delete(moved);
    if (held) vault.resources.set(moved, held);
    const fault = { kind: "odd", operation: "listVaults", oddity: "item", item_id: vault.id };
    cloud.cloud.faults.setPlan(faultPlan.parse({ calls: [{ ...fault, lacks: ["resources"] }] }));
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(5);
    expect(remaining(cloud, other.vault)).toHaveLength(3 + 5);
    const oldest = other.backups.findLast(({ resource_id }) => resource_id === moved);
    expect(await codeOf(cloud, other.vault.id, oldest?.id)).toBe("elsewhere");
  });

  test("costs a listing, a second one, and three calls for each server backup that goes", async () => {
    const cloud = await open();
    await nightlyVault(cloud, 8);
    await cloud.plan();
    await cloud.drain();
    expect(cloud.calls()).toEqual({
      listVaults: 1,
      listBackups: 2,
      showBackup: 5,
      listMembers: 5,
      deleteBackup: 5,
    });
  });

  test("costs two calls for each disk backup that goes, and a page for each 1,000 backups in the plan and each slice", async () => {
    const cloud = await open();
    await nightlyVault(cloud, 150, { object_type: "disk", resources: 7 });
    await cloud.plan();
    await cloud.drain();
    const gone = 7 * 147;
    const slices = Math.ceil(gone / 100);
    expect(cloud.calls()).toEqual({
      ...{ listVaults: 1, listBackups: 2 * (1 + slices), showBackup: gone, deleteBackup: gone },
    });
  });

  test("goes on in slices, and each backup is deleted once although every message comes twice", async () => {
    const cloud = await open();
    const { vault } = await nightlyVault(cloud, 250, { object_type: "disk" });
    await cloud.plan();
    let slices = 0;
    for (let message = cloud.messages.shift(); message; message = cloud.messages.shift()) {
      const copy = { ...message };
      const [one] = await Promise.all([cloud.deliver(message), cloud.deliver(copy)]);
      expect((await cloud.deliver(copy)).did).toBe("nothing");
      if (one.did !== "nothing") slices++;
    }
    expect(slices).toBe(3);
    expect(remaining(cloud, vault)).toHaveLength(3);
    expect(cloud.calls().deleteBackup).toBe(247);
  });

  test("in mode report writes the plan and deletes nothing", async () => {
    const cloud = await open({ project: { mode: "report" } });
    const { vault, backups } = await nightlyVault(cloud, 6);
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(6);
    expect(await codeOf(cloud, vault.id, backups[5]?.id)).toBe("expired");
    expect(await stateOf(cloud, vault.id)).toMatchObject({ state: "closed", note: /report only/ });
  });
});

describe("a backup is not deleted", () => {
  test("that only bears our name: ownership is in the ledger", async () => {
    const cloud = await open();
    const { vault } = await nightlyVault(cloud, 2);
    const lookalikes = addBackups(cloud, vault, [300, 400, 500]);
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(5);
    expect(await codeOf(cloud, vault.id, lookalikes[0]?.id)).toBe("not-ours");
  });

  test("that the provider's own policy made, unless the project says so and it is a week past its expiry", async () => {
    for (const native_automatic of [false, true]) {
      const cloud = await open({ project: { native_automatic } });
      const { vault } = await nightlyVault(cloud, 2);
      const native = { policy_id: "p1", retention_days: 3 };
      const [due, notDue] = addBackups(cloud, vault, [24 * 10 + 1, 24 * 10 - 1], { native });
      await cloud.plan();
      await cloud.drain();
      const left = remaining(cloud, vault);
      // addPastBackups returns them in the order of their creation.
      expect([left.includes(due?.id ?? ""), left.includes(notDue?.id ?? "")]).toEqual([
        !native_automatic,
        true,
      ]);
      expect(left).toHaveLength(native_automatic ? 3 : 4);
      await cloud.close();
    }
    opened = undefined;
  });

  test("while it is shared with anyone, has become an image, is restored, or was changed since", async () => {
    const cloud = await open({ rule: { retention: { max_backups: 1, failed_retention_days: 7 } } });
    const { vault, backups } = await nightlyVault(cloud, 6);
    const [, shared, image, restoring, renamed, plain] = backups;
    if (!shared || !image || !restoring || !renamed || !plain) throw new Error("too few backups");
    shared.members.set(cloud.identities.other.id, {
      ...{ id: "m1", dest_project_id: cloud.identities.other.id, created: now_ms, updated: undefined },
      ...{ status: "pending", vault_id: null, image_id: null },
    });
    image.image_ids = ["image-1"];
    restoring.status = "restoring";
    await cloud.plan();
    const [message] = cloud.messages.splice(0);
    if (!message) throw new Error("nothing was sent");
    // Between the second listing and the last look somebody renames one.
    const lookups = cloud.agent.compose((dispatch) => (options, handler) => {
      if (options.path.endsWith(`/backups/${renamed.id}`) && options.method === "GET") renamed.name = "mine";
      return dispatch(options, handler);
    });
    await cloud.deliver(message, { dispatcher: lookups });
    expect(remaining(cloud, vault).sort()).toEqual(ids([...backups.slice(0, 5)]).sort());
    expect(await deletions(cloud, vault.id)).toEqual({
      [shared.id]: "refused shared",
      [renamed.id]: "refused changed",
      [plain.id]: "requested",
    });
    expect(await codeOf(cloud, vault.id, image.id)).toBe("image-source");
    expect(await codeOf(cloud, vault.id, restoring.id)).toBe("in-use");
  });

  test("that a person or the vault's tag holds, or whose vault is locked", async () => {
    const cloud = await open();
    const held = await nightlyVault(cloud, 4, { tags: [{ key: "vigil-hold", value: "" }] });
    const locked = await nightlyVault(cloud, 4, { locked: true });
    const one = await nightlyVault(cloud, 5);
    const kept = one.backups[4]?.id ?? "";
    await placeHold(cloud.ledger, { id: "h1", target: kept, reason: "audit", placed_at_ms: now_ms });
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, held.vault)).toHaveLength(4);
    expect(remaining(cloud, locked.vault)).toHaveLength(4);
    expect(remaining(cloud, one.vault)).toHaveLength(4);
    expect(remaining(cloud, one.vault)).toContain(kept);
    expect(await codeOf(cloud, held.vault.id, held.backups[3]?.id)).toBe("on-hold");
    expect(await codeOf(cloud, locked.vault.id, locked.backups[3]?.id)).toBe("locked");
  });

  test("while its resource has no good backup that is young enough, or a slot of its vault is open", async () => {
    const cloud = await open();
    const old = addVault(cloud);
    await ours(cloud.ledger, old, addBackups(cloud, old, [30, 54, 78, 102]));
    const busy = await nightlyVault(cloud, 5);
    const slot = slotOf(busy.vault, "2026-11-22T01:00:00Z", []);
    await slotRecord.create(cloud.ledger, { ...slot, work: plan(now_ms) });
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, old)).toHaveLength(4);
    expect(remaining(cloud, busy.vault)).toHaveLength(5);
    expect(await codeOf(cloud, busy.vault.id, busy.backups[4]?.id)).toBe("slot-open");
    expect((await decisions(cloud, old.id)).map(({ code }) => code)).toContain("rpo-breached");
    expect(cloud.notifications.map(({ attributes }) => attributes.cause)).toEqual(["pruning-paused"]);
  });

  test("when that left its resource with fewer good backups than it must keep", async () => {
    const cloud = await open({
      rule: { retention: { max_backups: 1, failed_retention_days: 7 }, minimum_good_backups: 3 },
    });
    const { vault, backups } = await nightlyVault(cloud, 6);
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault).sort()).toEqual(ids(backups.slice(0, 3)).sort());
    expect(await codeOf(cloud, vault.id, backups[2]?.id)).toBe("floor");
  });

  test("whose resource is in no vault any more, unless a rule says so", async () => {
    for (const orphans of [undefined, { delete_after_days: 3 }]) {
      const cloud = await open({ project: { orphans } });
      const { vault, backups } = await nightlyVault(cloud, 6, { resources: 2 });
      const [gone = ""] = vault.resources.keys();
      vault.resources.delete(gone);
      cloud.world.holders.delete(gone);
      await cloud.plan();
      await cloud.drain();
      const left = new Set(remaining(cloud, vault));
      const orphaned = backups.filter(({ resource_id }) => resource_id === gone);
      expect(orphaned.filter(({ id }) => left.has(id))).toHaveLength(orphans ? 3 : 6);
      expect(left.size).toBe(orphans ? 6 : 9);
      await cloud.close();
    }
    opened = undefined;
  });

  test("while the stop flag is set; the plan goes on when it is taken off", async () => {
    const cloud = await open();
    const { vault } = await nightlyVault(cloud, 6);
    await writeStop(cloud.ledger, { stopped: true, reason: "incident", changed_at_ms: now_ms });
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(6);
    expect(await stateOf(cloud, vault.id)).toMatchObject({ state: "deleting", note: "stopped: incident" });
    await writeStop(cloud.ledger, { stopped: false, reason: "", changed_at_ms: now_ms });
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(3);
  });

  test("by a plan over the largest share, until a person approves that plan", async () => {
    const cloud = await open({ rule: { largest_share: 0.25 } });
    const { vault } = await nightlyVault(cloud, 6);
    await cloud.plan();
    await cloud.drain();
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(6);
    expect(cloud.notifications.map(({ attributes }) => attributes.cause)).toEqual(["plan-needs-approval"]);
    await approve(cloud.ledger, { hash: "0".repeat(64), approved_at_ms: now_ms });
    cloud.later(hours(1));
    await cloud.plan("2026-11-21T10:00:00Z");
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(6);

    const hash = (await stateOf(cloud, vault.id))?.plan?.hash ?? "";
    expect(cloud.notifications[0]?.text).toContain(hash);
    await approve(cloud.ledger, { hash, approved_at_ms: now_ms });
    await cloud.plan("2026-11-21T10:00:00Z");
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(3);
  });

  test("whose resource has a backup of ours without a date", async () => {
    const cloud = await open();
    const { vault, backups } = await nightlyVault(cloud, 6);
    const broken = cloud.agent.compose((dispatch) => (options, handler) => {
      const spoilt = Object.create(handler);
      spoilt.onResponseData = (controller: Dispatcher.DispatchController, chunk: Buffer) => {
        const text = chunk.toString().replace(/"created_at":"[^"]*"/, '"created_at":"yesterday"');
        handler.onResponseData?.(controller, Buffer.from(text));
      };
      return dispatch(options, spoilt);
    });
    await cloud.plan();
    const [message] = cloud.messages.splice(0);
    if (!message) throw new Error("nothing was sent");
    await cloud.deliver(message, { dispatcher: broken });
    expect(remaining(cloud, vault)).toHaveLength(backups.length);
    const codes = (await decisions(cloud, vault.id)).map(({ code }) => code);
    expect(codes.sort()).toEqual(["retained", "retained", "retained", "unreadable", "unreadable"]);
  });
});
