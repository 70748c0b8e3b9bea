import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { discard } from "../../infra/local/provider/world/backups.ts";
import { slotRecord } from "../../shared/checkpoints/slot.ts";
import { approve } from "../../shared/control/approval.ts";
import { placeHold } from "../../shared/control/hold.ts";
import { deletionsOf } from "../../shared/prune/deletion.ts";
import { plansOfVault } from "../../shared/prune/plan.ts";
import { vaultPruneRecord } from "../../shared/prune/vault-record.ts";
import { plan } from "../../shared/work/transitions.ts";
import { Mortal } from "../support/mortal.ts";
import { hours, morning, now_ms, type PruningCloud, pruningCloud } from "./cloud.ts";
import { ids, nightlyVault, remaining, slotOf } from "./vaults.ts";

let cloud: PruningCloud;
beforeEach(async () => {
  cloud = await pruningCloud({ rule: { largest_share: 0.25 } });
});
afterEach(() => cloud.close());

const stateOf = async (vault_id: string) =>
  (await vaultPruneRecord.read(cloud.ledger, { project: "demo", vault_id }))?.value;

async function refusals(vault_id: string): Promise<Record<string, string | null>> {
  const all = await Array.fromAsync(
    deletionsOf(cloud.ledger, { project: "demo", vault_id, scheduled_at: morning }),
  );
  return Object.fromEntries(all.map(({ value }) => [value.backup_id, value.code]));
}

/** A vault whose plan, to delete all but three of seven backups, waits for its approval. */
async function waitingPlan() {
  const made = await nightlyVault(cloud, 7);
  await cloud.plan();
  await cloud.drain();
  expect(await stateOf(made.vault.id)).toMatchObject({ state: "waiting" });
  return made;
}

/** The plan is approved so much later, and carried out. */
async function approveAfter(ms: number, vault_id: string) {
  cloud.later(ms);
  const hash = (await stateOf(vault_id))?.plan?.hash ?? "";
  await approve(cloud.ledger, { hash, approved_at_ms: cloud.clock.now() });
  await cloud.plan(new Date(cloud.clock.now()).toISOString());
  await cloud.drain();
}

describe("between a plan and its first deletion", () => {
  test("good backups that vanish take others off the plan: what the rules keep is counted again", async () => {
    const { vault, backups } = await waitingPlan();
    for (const backup of backups.slice(1, 3)) discard(cloud.world, backup);
    await approveAfter(hours(2), vault.id);
    expect(remaining(cloud, vault).sort()).toEqual(
      ids([backups[0], backups[3], backups[4]].flatMap((b) => b ?? [])).sort(),
    );
    expect(Object.values(await refusals(vault.id)).sort()).toEqual(
      ["retained", "retained", null, null].sort(),
    );
  });

  test("a checkpoint that begins, an objective that is breached or a vault that is locked takes everything off it", async () => {
    for (const [code, change] of [
      ["slot-open", "slot"],
      ["rpo-breached", "age"],
      ["locked", "lock"],
    ] as const) {
      const { vault } = await waitingPlan();
      if (change === "slot") {
        const slot = slotOf(vault, "2026-11-22T01:00:00Z", []);
        await slotRecord.create(cloud.ledger, { ...slot, work: plan(now_ms) });
      }
      if (change === "lock") vault.locked = true;
      await approveAfter(change === "age" ? hours(20) : hours(1), vault.id);
      expect(remaining(cloud, vault)).toHaveLength(7);
      expect(Object.values(await refusals(vault.id))).toEqual([code, code, code, code]);
      await cloud.close();
      cloud = await pruningCloud({ rule: { largest_share: 0.25 } });
    }
  });

  test("a plan that nobody approves for a week is made anew", async () => {
    const { vault } = await waitingPlan();
    const before = (await stateOf(vault.id))?.plan?.hash;
    cloud.later(hours(24 * 7));
    await cloud.plan("2026-11-28T09:00:00Z");
    await cloud.drain();
    expect((await stateOf(vault.id))?.plan?.hash).not.toBe(before);
  });
});

describe("just before a delete", () => {
  test("a hold that has been placed meanwhile is respected, and so is the stop flag", async () => {
    await cloud.close();
    cloud = await pruningCloud();
    const { vault, backups } = await nightlyVault(cloud, 5);
    await cloud.plan();
    const [message] = cloud.messages.splice(0);
    if (!message) throw new Error("nothing was sent");
    const target = backups[4]?.id ?? "";
    const meanwhile = cloud.agent.compose((dispatch) => (options, handler) => {
      if (options.path.includes(`/backups/${target}/members`))
        void placeHold(cloud.ledger, { id: "h1", target, reason: "audit", placed_at_ms: now_ms });
      return dispatch(options, handler);
    });
    await cloud.deliver(message, { dispatcher: meanwhile });
    expect(remaining(cloud, vault)).toContain(target);
    expect(await refusals(vault.id)).toMatchObject({ [target]: "on-hold" });
    expect(remaining(cloud, vault)).toHaveLength(4);
  });
});

describe("a plan", () => {
  test("is carried out by one function at a time", async () => {
    await cloud.close();
    cloud = await pruningCloud();
    await nightlyVault(cloud, 5);
    await cloud.plan();
    const [message] = cloud.messages.splice(0);
    if (!message) throw new Error("nothing was sent");
    const mortal = new Mortal(9);
    const changes = { ledger: mortal.ledger(cloud.ledger), dispatcher: mortal.dispatcher(cloud.agent) };
    void cloud.deliver(message, changes);
    await mortal.died;
    expect(await cloud.deliver(message)).toEqual({
      did: "nothing",
      why: "another invocation holds the lease",
    });
  });

  test("that has lost some of its decisions is not carried out", async () => {
    const { vault } = await waitingPlan();
    const [kept] = await Array.fromAsync(plansOfVault(cloud.ledger, { project: "demo", vault_id: vault.id }));
    const key = { partition: `plan#demo#${vault.id}#${kept?.value.hash}`, sort: "000000" };
    expect(await cloud.ledger.remove(key, 1)).toBe("removed");
    await approveAfter(hours(1), vault.id);
    expect(remaining(cloud, vault)).toHaveLength(7);
    expect(await stateOf(vault.id)).toMatchObject({ state: "closed", note: /0 of its 7 decisions/ });
  });
});
