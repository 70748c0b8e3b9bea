import { decideAnew } from "../../shared/prune/begin.ts";
import type { PruneDecision } from "../../shared/prune/decision.ts";
import { deletionsOf, isBegun, isOver } from "../../shared/prune/deletion.ts";
import { decisionsOf, IncompletePlan, type PrunePlan, planRecord } from "../../shared/prune/plan.ts";
import type { VaultPrune } from "../../shared/prune/vault-record.ts";
import type { InProject } from "./definition.ts";
import { type After, deleteOne } from "./delete-one.ts";
import { reliedOn_ms } from "./listing.ts";
import { type Look, lookAgain } from "./look-again.ts";
import { sliceError } from "./slice-error.ts";

/** How many backups one message deletes; then another goes on, and the queue's other vaults get their turn. */
const sliceSize = 100;

/**
 * Carries a plan out, slice by slice: what of it may still go, each after a last look. When its grounds are no longer
 * those it was made on, it ends, and the next slice makes another.
 */
export async function carryOut(prune: VaultPrune, deps: InProject): Promise<VaultPrune> {
  const plan = await planOf(prune, deps);
  const toDelete = (await decisionsOf(deps.ledger, plan)).filter(({ action }) => action === "delete");
  const begun = { ...prune, not_before_ms: deps.clock.now(), note: "" };
  const look = await lookAgain(begun, toDelete, deps);
  if ("ended" in look) return look.ended;
  const pending = await pendingOf(toDelete, look, deps);
  const slice = { pending: pending.slice(0, sliceSize), toDelete, deps };
  const { at, isDone } = await carryOutSlice(slice, look);
  if (!isDone || pending.length > sliceSize) return at;
  return {
    ...at,
    state: "closed",
    note: `carried out: ${plan.deletes} deletions decided`,
    unconfirmed: [...new Set([...at.unconfirmed, at.scheduled_at])],
  };
}

interface Slice {
  /** What is to be deleted in this slice. */
  readonly pending: readonly PruneDecision[];
  /** What the whole plan deletes. */
  readonly toDelete: readonly PruneDecision[];
  readonly deps: InProject;
}

async function carryOutSlice(
  { pending, toDelete, deps }: Slice,
  first: Look,
): Promise<{ readonly at: VaultPrune; readonly isDone: boolean }> {
  const { clock, signal } = deps;
  let look = first;
  let at = look.prune;
  const unfinished = (left: VaultPrune) => ({ at: left, isDone: false });
  for (const decision of pending) {
    let after: After = "look-again";
    while (after === "look-again") {
      if (signal.aborted) return unfinished(at);
      try {
        if (clock.now() - look.at_ms >= reliedOn_ms) {
          const again = await lookAgain(at, toDelete, deps);
          if ("ended" in again) return unfinished(again.ended);
          look = again;
          at = look.prune;
        }
        after = await deleteOne(decision, look, deps);
      } catch (error) {
        return unfinished(await sliceError(error, at, deps));
      }
    }
    if (after === "resumed") return unfinished(decideAnew(at));
    if (after !== "done") return unfinished({ ...at, note: `stopped: ${after.reason}` });
    at = { ...at, put_off: 0 };
  }
  return { at, isDone: true };
}

async function planOf(prune: VaultPrune, { ledger }: InProject): Promise<PrunePlan> {
  const plan = await planRecord.read(ledger, prune);
  if (plan && plan.value.hash === prune.plan?.hash) return plan.value;
  throw new IncompletePlan(`the ledger has lost plan ${prune.plan?.hash} of vault ${prune.vault_id}`);
}

async function pendingOf(
  toDelete: readonly PruneDecision[],
  { prune, allowed }: Look,
  { ledger }: InProject,
): Promise<PruneDecision[]> {
  const over = new Set<string>();
  const begun = new Set<string>();
  for await (const { value } of deletionsOf(ledger, prune)) {
    if (value.edition !== prune.edition) continue;
    if (isOver(value)) over.add(value.backup_id);
    else if (isBegun(value)) begun.add(value.backup_id);
  }
  return toDelete.filter(({ id }) => !over.has(id) && (allowed.has(id) || begun.has(id)));
}
