import { pruneVaultDue } from "../../events/prune-vault-due.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Queue } from "../queue/queue.ts";
import { type VaultFacts, type VaultPrune, vaultPrunesOf } from "./vault-record.ts";

/** A plan that was not carried out for so long is made anew: too much may have changed. */
const planLife_ms = 7 * 86_400_000;

export interface Beginning {
  readonly project: string;
  readonly vault_id: string;
  readonly scheduled_at: string;
  readonly vault: VaultFacts;
  readonly now_ms: number;
}

/**
 * What a run means for a vault: it begins anew, goes on with what an earlier run has left, or does nothing because
 * another invocation holds the lease or the run is over. Pure.
 */
export function beginRun(before: VaultPrune | undefined, run: Beginning): VaultPrune | undefined {
  const { project, vault_id, scheduled_at, vault, now_ms } = run;
  const fresh = {
    project,
    vault_id,
    vault,
    lease: null,
    not_before_ms: now_ms,
    put_off: 0,
  };
  if (!before) {
    return {
      ...fresh,
      scheduled_at,
      state: "due",
      note: "",
      edition: 0,
      slice: 0,
      plan: null,
      unconfirmed: [],
    };
  }
  if (before.lease && now_ms < before.lease.until_ms) return undefined;
  const unfinished = before.state === "deleting" || before.state === "waiting";
  const planned_at_ms = before.plan?.planned_at_ms ?? 0;
  if (unfinished && now_ms - planned_at_ms < planLife_ms) return { ...before, ...fresh };
  if (before.scheduled_at >= scheduled_at) {
    return before.state === "closed" ? undefined : { ...before, ...fresh };
  }
  const left = before.state === "deleting" ? [before.scheduled_at] : [];
  return {
    ...fresh,
    ...{ scheduled_at, state: "due", note: "", edition: 0, slice: 0, plan: null },
    unconfirmed: [...new Set([...before.unconfirmed, ...left])],
  };
}

/** What was decided no longer holds: the run makes another plan. What the plan in hand has deleted is confirmed with it. Pure. */
export function decideAnew(prune: VaultPrune): VaultPrune {
  return {
    ...prune,
    ...{ state: "due", note: "", edition: prune.edition + 1, plan: null, put_off: 0 },
    unconfirmed: [...new Set([...prune.unconfirmed, prune.scheduled_at])],
  };
}

/** Sends the message that a vault's pruning waits for. Safe at any time: a second one finds nothing to do. */
export async function sendAgain(queue: Queue, vaults: readonly VaultPrune[]): Promise<void> {
  await queue.send(
    vaults.map(({ project, vault_id, scheduled_at, slice }) => ({
      body: pruneVaultDue.create({ project, vault_id, scheduled_at, slice }),
    })),
  );
}

/** The vaults of a project that have a plan in hand: it is carried out, was stopped in the middle, or waits for an approval. */
export async function unfinished(ledger: Ledger, project: string): Promise<VaultPrune[]> {
  const all = await Array.fromAsync(vaultPrunesOf(ledger, project));
  return all.map(({ value }) => value).filter(({ state }) => state === "deleting" || state === "waiting");
}
