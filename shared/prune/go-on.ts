import { pruneVaultDue } from "../../events/prune-vault-due.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Queue } from "../queue/queue.ts";
import { type VaultPrune, vaultPrunesOf } from "./vault-record.ts";

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
