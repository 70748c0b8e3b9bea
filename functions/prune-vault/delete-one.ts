import { textOf, type UnreadableItem } from "../../shared/api/list.ts";
import type { Backup } from "../../shared/api/operations/cbr/backup.ts";
import { isMissing, ProviderError } from "../../shared/api/provider-error.ts";
import { holdOn, holdsInForce } from "../../shared/control/hold.ts";
import { readStopHistory, type StopFlag } from "../../shared/control/stop.ts";
import type { Stored } from "../../shared/ledger/record.ts";
import {
  fingerprintOf,
  type PruneDecision,
  type RefusalCode,
  refusals,
} from "../../shared/prune/decision.ts";
import {
  type Deletion,
  deletionRecord,
  intendedDeletion,
  isBegun,
  isOver,
} from "../../shared/prune/deletion.ts";
import { type Ending, endingOf } from "../../shared/prune/outcome.ts";
import { canBeShared } from "../../shared/prune/ownership.ts";
import type { VaultPrune } from "../../shared/prune/vault-record.ts";
import type { InProject } from "./definition.ts";
import { reliedOn_ms } from "./listing.ts";
import type { Look } from "./look-again.ts";

/**
 * What became of the attempt: the stop flag if it forbids to go on; `resumed`: it was taken off meanwhile, and the plan
 * is no longer good; `look-again`: what was seen of the vault has become too old.
 */
export type After = "done" | "resumed" | "look-again" | StopFlag;

/**
 * Deletes one backup of a plan after a last look at it, unless something has changed; writes down what became of it.
 * Throws what makes the whole slice wait.
 */
export async function deleteOne(
  decision: PruneDecision,
  { prune, allowed, resumes, at_ms }: Look,
  deps: InProject,
): Promise<After> {
  const { ledger, clock } = deps;
  const isAllowed = allowed.has(decision.id);
  const before = await deletionRecord.read(ledger, { ...prune, backup_id: decision.id });
  const begun = before !== undefined && isBegun(before.value);
  if ((before && isOver(before.value)) || !(isAllowed || begun)) return "done";

  const seen = await lookAt(decision, begun, deps);
  if ("ending" in seen) {
    await recordEnding(decision, before, seen.ending, prune, deps);
    return "done";
  }
  if (!isAllowed) return "done";
  if (clock.now() - at_ms >= reliedOn_ms) return "look-again";
  const intended = await intend(decision, before, prune, deps);
  if (!intended) return "done";
  const change = (ending: Ending) =>
    deletionRecord.replace(ledger, intended, { ...intended.value, ...ending, changed_at_ms: clock.now() });

  const [control, holds] = await Promise.all([readStopHistory(ledger), holdsInForce(ledger)]);
  const hold = holdOn(holds, seen.backup, prune.vault_id);
  if (control.stop || control.resumes !== resumes) {
    await change({ state: "intended", code: "stopped", note: control.stop?.reason ?? "resumed" });
    return control.stop ?? "resumed";
  }
  await change(hold ? refusal("on-hold", `${hold.id}: ${hold.reason}`) : await request(decision.id, deps));
  return "done";
}

/** Makes the call. Throws what had no effect and is worth another try. */
async function request(backup_id: string, { provider }: InProject): Promise<Ending> {
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

/** Reads the backup, and who it is shared with, once more. Returns it, or how its deletion ends if that is settled by it. */
async function lookAt(
  { id, fingerprint }: PruneDecision,
  begun: boolean,
  { provider }: InProject,
): Promise<{ readonly backup: Backup } | { readonly ending: Ending }> {
  try {
    const { backup } = await provider.showBackup({ path: { backup_id: id } });
    if (begun && /delet/.test(backup.status)) {
      const note = `an earlier call was accepted: it is ${backup.status}`;
      return { ending: { state: "requested", code: null, note } };
    }
    if (fingerprintOf(backup) !== fingerprint) {
      const note = `its status is ${backup.status}, last changed ${backup.updated_at}`;
      return { ending: refusal("changed", note) };
    }
    if (!canBeShared(backup)) return { backup };
    // A share is a share, whatever of it can be read.
    const unreadable: UnreadableItem[] = [];
    const members = provider.listMembers.all(
      { path: { backup_id: id } },
      { unreadable: (item) => unreadable.push(item) },
    );
    for await (const { dest_project_id } of members) return { ending: refusal("shared", dest_project_id) };
    const [share] = unreadable;
    if (share) return { ending: refusal("shared", textOf(share, "dest_project_id") ?? share.problem) };
    return { backup };
  } catch (error) {
    if (!isMissing(error)) throw error;
    // If our own call was lost it may have worked; the next listing confirms it.
    const unclear = { state: "unclear", code: "missing", note: error.message } as const;
    return { ending: begun ? unclear : refusal("missing") };
  }
}

/** Writes down that the call is about to be made. Undefined when another invocation is at this backup. */
async function intend(
  decision: PruneDecision,
  before: Stored<Deletion> | undefined,
  prune: VaultPrune,
  { ledger, clock }: InProject,
): Promise<Stored<Deletion> | undefined> {
  const value = intendedDeletion(decision, prune, clock.now());
  const written = await deletionRecord.put(ledger, before, value);
  return written === "conflict" ? undefined : written;
}

async function recordEnding(
  decision: PruneDecision,
  before: Stored<Deletion> | undefined,
  ending: Ending,
  prune: VaultPrune,
  { ledger, clock }: InProject,
): Promise<void> {
  const value = { ...intendedDeletion(decision, prune, clock.now()), ...ending };
  await deletionRecord.put(ledger, before, value);
}
