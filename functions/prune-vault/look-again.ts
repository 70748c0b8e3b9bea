import { readStopHistory } from "../../shared/control/stop.ts";
import { projectOf } from "../../shared/estate/find.ts";
import { decideAnew } from "../../shared/prune/begin.ts";
import { type PruneDecision, refusals } from "../../shared/prune/decision.ts";
import {
  type Deletion,
  deletionRecord,
  intendedDeletion,
  isBegun,
  isOver,
} from "../../shared/prune/deletion.ts";
import { groundsOf } from "../../shared/prune/grounds.ts";
import type { VaultPrune } from "../../shared/prune/vault-record.ts";
import type { InProject } from "./definition.ts";
import { decideVault, lookAtVault } from "./listing.ts";

/** What a slice has seen of its vault, and what of its plan may go by it. */
export interface Look {
  readonly prune: VaultPrune;
  readonly allowed: ReadonlySet<string>;
  /** How often the stop flag had been taken off. */
  readonly resumes: number;
  /** When the listing was complete. */
  readonly at_ms: number;
}

/**
 * Before the first deletion of a slice, and again when what was seen has become old: looks at the vault, lists it once
 * more and decides anew, so that the good backups of every resource are counted again. What was planned and would not
 * be decided now is cancelled; nothing is ever added. `ended`: nothing goes by this plan for now, or any more.
 */
export async function lookAgain(
  prune: VaultPrune,
  toDelete: readonly PruneDecision[],
  deps: InProject,
): Promise<Look | { readonly ended: VaultPrune }> {
  const { clock, ledger, estate } = deps;
  const { resumes } = await readStopHistory(ledger);
  const looked = await lookAtVault(prune, deps);
  const grounds = groundsOf(projectOf(estate, prune.project), looked, resumes);
  if (grounds.hash !== prune.plan?.grounds) return { ended: decideAnew(looked) };
  const { decisions } = await decideVault(looked, grounds, deps);
  const now = new Map(decisions.map((decision) => [decision.id, decision]));
  const allowed = new Set<string>();
  for (const decision of toDelete) {
    const again = now.get(decision.id);
    if (again?.action === "delete") {
      allowed.add(decision.id);
      continue;
    }
    const code = again?.code ?? "missing";
    const note = again?.reason ?? refusals.missing;
    const deletion = intendedDeletion(decision, looked, clock.now());
    await cancel({ ...deletion, state: "refused", code, note }, deps);
  }
  return { prune: looked, allowed, resumes, at_ms: clock.now() };
}

async function cancel(cancelled: Deletion, { ledger }: InProject): Promise<void> {
  const seen = await deletionRecord.read(ledger, cancelled);
  if (!seen) return void (await deletionRecord.create(ledger, cancelled));
  // One that goes or has gone was begun by an earlier delivery; the last look at it will show.
  const mayBeOurs = isBegun(seen.value) && (cancelled.code === "in-use" || cancelled.code === "missing");
  if (isOver(seen.value) || mayBeOurs) return;
  await deletionRecord.replace(ledger, seen, cancelled);
}
