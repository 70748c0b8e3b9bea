import { ProviderError } from "../../shared/api/provider-error.ts";
import { holdOn, holdsInForce } from "../../shared/control/hold.ts";
import { readStop, type StopFlag } from "../../shared/control/stop.ts";
import type { Stored } from "../../shared/ledger/record.ts";
import type { PruneDecision } from "../../shared/prune/decision.ts";
import { type Deletion, deletionRecord, intendedDeletion, isOver } from "../../shared/prune/deletion.ts";
import { fingerprintOf } from "../../shared/prune/fingerprint.ts";
import { type Ending, endingOf } from "../../shared/prune/outcome.ts";
import { canBeShared } from "../../shared/prune/ownership.ts";
import { type RefusalCode, refusals } from "../../shared/prune/refusals.ts";
import type { VaultPrune } from "../../shared/prune/vault-record.ts";
import type { PruneSurroundings } from "./surroundings.ts";

/**
 * Deletes one backup of a plan after a last look at it, unless something has changed; writes down what became of it.
 * Returns the stop flag when that forbids it; throws what makes the whole slice wait.
 */
export async function deleteOne(
  decision: PruneDecision,
  prune: VaultPrune,
  surroundings: PruneSurroundings,
): Promise<StopFlag | undefined> {
  const { ledger, clock } = surroundings;
  const id = { ...prune, backup_id: decision.id };
  const before = await deletionRecord.read(ledger, id);
  if (before && isOver(before.value)) return undefined;
  const write = (ending: Ending) => conclude(decision, before, ending, prune, surroundings);

  // One that the stop flag held back was never sent.
  const begun = before !== undefined && before.value.code !== "stopped";
  const seen = await lookAt(decision, begun, surroundings);
  if (seen) return void (await write(seen));
  const intended = await intend(decision, before, prune, surroundings);
  if (!intended) return undefined;
  const change = (ending: Ending) =>
    deletionRecord.replace(ledger, intended, { ...intended.value, ...ending, changed_at_ms: clock.now() });

  const [stop, holds] = await Promise.all([readStop(ledger), holdsInForce(ledger)]);
  if (stop) {
    await change({ state: "intended", code: "stopped", note: stop.reason });
    return stop;
  }
  const hold = holdOn(holds, decision, prune.vault_id);
  if (hold) return void (await change(refusal("on-hold", `${hold.id}: ${hold.reason}`)));
  await change(await request(decision.id, surroundings));
  return undefined;
}

/** Makes the call. Throws what had no effect and is worth another try. */
async function request(backup_id: string, { provider }: PruneSurroundings): Promise<Ending> {
  try {
    await provider.deleteBackup({ path: { backup_id } });
    return { state: "requested", code: null, note: null };
  } catch (error) {
    const ending = error instanceof ProviderError ? endingOf(error) : undefined;
    if (!ending) throw error;
    return ending;
  }
}

const refusal = (code: RefusalCode, more?: string): Ending => ({
  state: "refused",
  code,
  note: more ? `${refusals[code]}: ${more}` : refusals[code],
});

/** Reads the backup, and who it is shared with, once more. Says how its deletion ends if that is settled by it. */
async function lookAt(
  { id, fingerprint }: PruneDecision,
  begun: boolean,
  { provider }: PruneSurroundings,
): Promise<Ending | undefined> {
  try {
    const { backup } = await provider.showBackup({ path: { backup_id: id } });
    if (begun && /delet/.test(backup.status)) {
      return { state: "requested", code: null, note: `an earlier call was accepted: it is ${backup.status}` };
    }
    if (fingerprintOf(backup) !== fingerprint) {
      return refusal("changed", `its status is ${backup.status}, last changed ${backup.updated_at}`);
    }
    if (!canBeShared(backup)) return undefined;
    for await (const { dest_project_id } of provider.listMembers.all({ path: { backup_id: id } })) {
      return refusal("shared", dest_project_id);
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderError) || error.status !== 404) throw error;
    // If our own call was lost it may have worked; the next listing confirms it.
    return begun ? { state: "unclear", code: "missing", note: error.message } : refusal("missing");
  }
}

/** Writes down that the call is about to be made. Undefined when somebody else is at this backup. */
async function intend(
  decision: PruneDecision,
  before: Stored<Deletion> | undefined,
  prune: VaultPrune,
  { ledger, clock }: PruneSurroundings,
): Promise<Stored<Deletion> | undefined> {
  const value = intendedDeletion(decision, prune, clock.now());
  const written = before
    ? await deletionRecord.replace(ledger, before, value)
    : await deletionRecord.create(ledger, value);
  return written === "written" ? { revision: (before?.revision ?? 0) + 1, value } : undefined;
}

async function conclude(
  decision: PruneDecision,
  before: Stored<Deletion> | undefined,
  ending: Ending,
  prune: VaultPrune,
  { ledger, clock }: PruneSurroundings,
): Promise<void> {
  const value = { ...intendedDeletion(decision, prune, clock.now()), ...ending };
  await (before ? deletionRecord.replace(ledger, before, value) : deletionRecord.create(ledger, value));
}
