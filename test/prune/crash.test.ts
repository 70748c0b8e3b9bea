import { expect, test } from "vitest";
import { slotRecord } from "../../shared/checkpoints/slot.ts";
import { decisionsOf, plansOfVault } from "../../shared/prune/plan.ts";
import { vaultPruneRecord } from "../../shared/prune/vault-record.ts";
import { Mortal } from "../support/mortal.ts";
import { hours, type PruningCloud, pruningCloud } from "./cloud.ts";
import { addBackups, ids, nightlyVault, remaining, slotOf } from "./vaults.ts";

const minutes = 60_000;

/** The plans of a vault, with what each deletes. */
async function doomedBy(cloud: PruningCloud, vault_id: string): Promise<string[][]> {
  const plans = await Array.fromAsync(plansOfVault(cloud.ledger, { project: "demo", vault_id }));
  return Promise.all(
    plans.map(async ({ value }) =>
      (await decisionsOf(cloud.ledger, value))
        .filter(({ action }) => action === "delete")
        .map(({ id }) => id)
        .sort(),
    ),
  );
}

/** One pruning whose function dies at its n-th moment; its message comes again when its lease is over. */
async function dieAt(moment: number): Promise<"died" | "lived"> {
  const cloud = await pruningCloud();
  try {
    const { vault, backups } = await nightlyVault(cloud, 6);
    await cloud.plan();
    const [message] = cloud.messages;
    if (!message) throw new Error("nothing was sent");
    const mortal = new Mortal(moment);
    const changes = { ledger: mortal.ledger(cloud.ledger), dispatcher: mortal.dispatcher(cloud.agent) };
    const end = await Promise.race([
      mortal.died,
      cloud.deliver(message, changes).then(() => "lived" as const),
    ]);
    const before = await doomedBy(cloud, vault.id);

    // New backups have arrived meanwhile: a plan that is made anew would delete more.
    const newer = addBackups(cloud, vault, [3, 2]);
    await slotRecord.create(cloud.ledger, slotOf(vault, "2026-11-21T05:00:00Z", newer));
    await cloud.deliver(message);
    cloud.later(20 * minutes);
    await cloud.drain();

    const [toDelete = [], ...others] = await doomedBy(cloud, vault.id);
    expect(others).toEqual([]);
    if (before.length > 0) expect([toDelete]).toEqual(before);
    const left = new Set(remaining(cloud, vault));
    expect(
      ids(backups)
        .filter((id) => !left.has(id))
        .sort(),
    ).toEqual(toDelete);
    expect(left.size).toBe(8 - toDelete.length);
    // One call more at most: the one whose answer the dead function never heard.
    expect(cloud.calls().deleteBackup).toBeLessThanOrEqual(toDelete.length + 1);
    const state = await vaultPruneRecord.read(cloud.ledger, { project: "demo", vault_id: vault.id });
    expect(state?.value).toMatchObject({ state: "closed", lease: null });
    return end;
  } finally {
    await cloud.close();
  }
}

test("a function that dies at any of its moments leaves a plan that is carried out later, and never a larger one", async () => {
  let moments = 0;
  for (let moment = 1; (await dieAt(moment)) === "died"; moment++) moments = moment;
  expect(moments).toBeGreaterThan(30);
}, 240_000);

test("a run that finds a vault under way leaves it alone, and takes up one whose function has died", async () => {
  const cloud = await pruningCloud();
  const { vault } = await nightlyVault(cloud, 6);
  await cloud.plan();
  const [message] = cloud.messages.splice(0);
  if (!message) throw new Error("nothing was sent");
  const mortal = new Mortal(20);
  const changes = { ledger: mortal.ledger(cloud.ledger), dispatcher: mortal.dispatcher(cloud.agent) };
  void cloud.deliver(message, changes);
  await mortal.died;
  expect((await cloud.plan("2026-11-21T09:05:00Z")).sent).toBe(0);
  cloud.later(hours(1));
  expect((await cloud.plan("2026-11-21T10:00:00Z")).sent).toBe(1);
  await cloud.drain();
  expect(remaining(cloud, vault)).toHaveLength(3);
  await cloud.close();
});
