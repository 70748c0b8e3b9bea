import type { Backup } from "../api/operations/cbr/backup.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { awaitsListing, deletionRecord, deletionsOf } from "./deletion.ts";
import { confirmed } from "./outcome.ts";
import type { VaultPruneId } from "./vault-record.ts";

export interface Confirmed {
  readonly gone: number;
  readonly remains: number;
  /** Runs with deletions that this listing could not confirm either. */
  readonly unconfirmed: string[];
}

/** Holds the deletions of earlier runs against a complete listing of the vault. */
export async function confirmDeletions(
  ledger: Ledger,
  { project, vault_id }: VaultPruneId,
  { runs, listed, now_ms }: { runs: readonly string[]; listed: readonly Backup[]; now_ms: number },
): Promise<Confirmed> {
  const byId = new Map(listed.map((backup) => [backup.id, backup]));
  const total = { gone: 0, remains: 0, unconfirmed: [] as string[] };
  for (const scheduled_at of runs) {
    let open = 0;
    for await (const seen of deletionsOf(ledger, { project, vault_id, scheduled_at })) {
      if (!awaitsListing(seen.value)) continue;
      const ending = confirmed(seen.value, byId.get(seen.value.backup_id));
      if (!ending || ending.state === "requested") open++;
      if (!ending) continue;
      // Lost to somebody who holds the same listing against it: there is nothing to add.
      await deletionRecord.replace(ledger, seen, { ...seen.value, ...ending, changed_at_ms: now_ms });
      if (ending.state === "gone") total.gone++;
      if (ending.state === "remains") total.remains++;
    }
    if (open > 0) total.unconfirmed.push(scheduled_at);
  }
  return total;
}
