import { mayBeAmong, type UnreadableItem } from "../api/list.ts";
import type { Backup } from "../api/operations/cbr/backup.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { awaitsListing, type Deletion, deletionRecord, deletionsOf } from "./deletion.ts";
import { confirmed } from "./outcome.ts";
import type { VaultPruneId } from "./vault-record.ts";

export interface Confirmation {
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
