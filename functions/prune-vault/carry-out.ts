import { projectOf } from "../../shared/estate/find.ts";
import type { PruneDecision } from "../../shared/prune/decision.ts";
import {
  type Deletion,
  deletionRecord,
  deletionsOf,
  intendedDeletion,
  isOver,
} from "../../shared/prune/deletion.ts";
import { decisionsOf, IncompletePlan, type PrunePlan, planRecord } from "../../shared/prune/plan.ts";
import { NoPrunePolicy, prunePolicy } from "../../shared/prune/policy.ts";
import { refusals } from "../../shared/prune/refusals.ts";
import { factsOf } from "../../shared/prune/vault.ts";
import type { VaultPrune } from "../../shared/prune/vault-record.ts";
import { deleteOne } from "./delete-one.ts";
import { judge } from "./listing.ts";
import { setback } from "./setback.ts";
import type { PruneSurroundings } from "./surroundings.ts";

/** How many backups one message deletes; then another goes on, and the queue's other vaults get their turn. */
const sliceSize = 100;
/** What was seen of the vault and its backups is good for so long. */
const fresh_ms = 30 * 60_000;

/** Carries a plan out, slice by slice: what of it may still go, each after a last look. */
export async function carryOut(prune: VaultPrune, surroundings: PruneSurroundings): Promise<VaultPrune> {
  const { ledger, estate } = surroundings;
  const project = projectOf(estate, prune.project);
  if (prunePolicy(project, prune.rules).mode === "report") {
    throw new NoPrunePolicy(`project ${project.name} is pruned in mode report now`);
  }
  const plan = await planOf(prune, surroundings);
  const doomed = (await decisionsOf(ledger, plan)).filter(({ action }) => action === "delete");
  const checked = await checkAgain(prune, doomed, surroundings);
  const pending = await pendingOf(doomed, checked, surroundings);
  let at = checked;
  for (const decision of pending.slice(0, sliceSize)) {
    if (surroundings.signal.aborted) return at;
    try {
      const stopped = await deleteOne(decision, at, surroundings);
      if (stopped) return { ...at, note: `stopped: ${stopped.reason}` };
    } catch (error) {
      return setback(error, at, surroundings);
    }
    at = { ...at, put_off: 0 };
  }
  if (pending.length > sliceSize) return at;
  return {
    ...at,
    state: "closed",
    note: `carried out: ${plan.deletes} deletions decided`,
    unconfirmed: [...new Set([...at.unconfirmed, at.scheduled_at])],
  };
}

async function planOf(prune: VaultPrune, { ledger }: PruneSurroundings): Promise<PrunePlan> {
  const plan = await planRecord.read(ledger, prune);
  if (plan && plan.value.hash === prune.plan?.hash) return plan.value;
  throw new IncompletePlan(`the ledger has lost plan ${prune.plan?.hash} of vault ${prune.vault_id}`);
}

/**
 * Before the first deletion, and again when what was seen has become old: looks at the vault, lists it once more and
 * decides anew. What was planned and would not be decided now is struck off; nothing is ever added.
 */
async function checkAgain(
  prune: VaultPrune,
  doomed: readonly PruneDecision[],
  surroundings: PruneSurroundings,
): Promise<VaultPrune> {
  const { clock, provider, estate } = surroundings;
  const { plan, vault, vault_id } = prune;
  const begun = { ...prune, not_before_ms: clock.now(), note: "" };
  if (!plan) throw new IncompletePlan(`vault ${vault_id} has no plan to carry out`);
  if (plan.checked_at_ms !== null && clock.now() - plan.checked_at_ms < fresh_ms) return begun;

  const hold_tag = projectOf(estate, prune.project).prune?.hold_tag ?? "";
  const isOld = clock.now() - vault.seen_at_ms >= fresh_ms;
  const facts = isOld
    ? factsOf((await provider.showVault({ path: { vault_id } })).vault, hold_tag, clock.now())
    : vault;
  const looked = { ...begun, vault: facts };
  const { decisions, unconfirmed } = await judge(looked, surroundings, [
    ...prune.unconfirmed,
    prune.scheduled_at,
  ]);
  const now = new Map(decisions.map((decision) => [decision.id, decision]));
  for (const decision of doomed) {
    const again = now.get(decision.id);
    if (again?.action === "delete") continue;
    const code = again?.code ?? "missing";
    const note = again?.reason ?? refusals.missing;
    const struck = intendedDeletion(decision, looked, clock.now());
    await strikeOff({ ...struck, state: "refused", code, note }, surroundings);
  }
  return { ...looked, unconfirmed, plan: { ...plan, checked_at_ms: clock.now() } };
}

async function strikeOff(struck: Deletion, { ledger }: PruneSurroundings): Promise<void> {
  const seen = await deletionRecord.read(ledger, struck);
  if (!seen) return void (await deletionRecord.create(ledger, struck));
  // One that is being deleted already was begun by an earlier delivery; the last look at it will tell.
  if (isOver(seen.value) || struck.code === "in-use") return;
  await deletionRecord.replace(ledger, seen, struck);
}

async function pendingOf(
  doomed: readonly PruneDecision[],
  prune: VaultPrune,
  { ledger }: PruneSurroundings,
): Promise<PruneDecision[]> {
  const over = new Set<string>();
  for await (const { value } of deletionsOf(ledger, prune)) if (isOver(value)) over.add(value.backup_id);
  return doomed.filter(({ id }) => !over.has(id));
}
