import { mayBeAmong, type UnreadableItem } from "../api/list.ts";
import type { Backup } from "../api/operations/cbr/backup.ts";
import { isDenied, isMissing, type ProviderError } from "../api/provider-error.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { refusals } from "./decision.ts";
import { awaitsListing, type Deletion, deletionRecord, deletionsOf } from "./deletion.ts";
import type { VaultPruneId } from "./vault-record.ts";

export type Ending = Pick<Deletion, "state" | "code" | "note">;

/**
 * What an error of deleteBackup means for the backup; undefined when nothing has happened and the call is worth another
 * try later. The client may have sent the call before and lost the answer: "it is not there" and "it is in use" may
 * then be our own doing, and only a later listing can tell.
 */
export function endingOf(error: ProviderError): Ending | undefined {
  const { code, message: note } = error;
  if (error.throttled || isDenied(error)) return undefined;
  switch (code.replace(/^BackupService\./, "")) {
    case "6204":
      return { state: "refused", code: "image-source", note };
    case "6220":
      return { state: "refused", code: "locked", note };
    case "6112":
      return { state: "refused", code: "vault-unavailable", note };
    case "6216":
      return { state: "unclear", code: "in-use", note };
    case "6201":
      return { state: "unclear", code: "cannot-be-deleted", note };
    case "6200":
      return { state: "unclear", code: "missing", note };
  }
  const state = error.next === "give-up" ? "failed" : "unclear";
  return isMissing(error) ? { state: "unclear", code: "missing", note } : { state, code, note };
}

/** What a complete listing says about a deletion that only a listing can confirm; undefined: not yet anything. */
export function confirmed(
  { state, code, note }: Deletion,
  listed: { readonly status: string } | undefined,
): Ending | undefined {
  if (!listed) return { state: "gone", code, note: "a complete listing lacks it" };
  if (/delet/.test(listed.status)) {
    return state === "requested"
      ? undefined
      : { state: "requested", code, note: `it is listed as ${listed.status}` };
  }
  if (state === "intended") return undefined;
  if (state === "requested") return { state: "remains", code: "still-there", note: refusals["still-there"] };
  return { state: "remains", code, note };
}

interface Confirmation {
  /** The runs whose deletions no listing has confirmed yet. */
  readonly runs: readonly string[];
  /** Every backup of the vault. */
  readonly listed: readonly Backup[];
  /** What of the listing could not be read: it may be what somebody looks for. */
  readonly unreadable: readonly UnreadableItem[];
  /** A backup that the listing lacks may have moved to another vault with its resource: what the provider has of it. */
  readonly elsewhere: (deletion: Deletion) => Promise<Pick<Backup, "status"> | undefined>;
  readonly now_ms: number;
}

/**
 * Holds the deletions of earlier runs against a complete listing of the vault. Returns the runs with deletions that it
 * could not confirm either.
 */
export async function confirmDeletions(
  ledger: Ledger,
  { project, vault_id }: VaultPruneId,
  { runs, listed, unreadable, elsewhere, now_ms }: Confirmation,
): Promise<string[]> {
  const byId = new Map(listed.map((backup) => [backup.id, backup]));
  const unconfirmed: string[] = [];
  for (const scheduled_at of runs) {
    let open = 0;
    for await (const seen of deletionsOf(ledger, { project, vault_id, scheduled_at })) {
      if (!awaitsListing(seen.value)) continue;
      const found = byId.get(seen.value.backup_id);
      const unsure = !found && mayBeAmong(unreadable, seen.value.backup_id);
      const ending = unsure ? undefined : confirmed(seen.value, found ?? (await elsewhere(seen.value)));
      if (!ending || ending.state === "requested") open++;
      if (!ending) continue;
      // Lost to another invocation that holds the same listing against it: there is nothing to add.
      await deletionRecord.replace(ledger, seen, { ...seen.value, ...ending, changed_at_ms: now_ms });
    }
    if (open > 0) unconfirmed.push(scheduled_at);
  }
  return unconfirmed;
}
