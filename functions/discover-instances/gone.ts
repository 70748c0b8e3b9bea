import type { Clock } from "../../shared/core/clock.ts";
import { inParallel } from "../../shared/core/parallel.ts";
import { itemsAtOnce, type Ledger } from "../../shared/ledger/ledger.ts";
import type { RecordKind, Stored } from "../../shared/ledger/record.ts";
import { settle } from "../../shared/work/transitions.ts";
import { isOpen, type Work } from "../../shared/work/work.ts";

interface Instance {
  readonly gone_at_ms: number | null;
  readonly first_seen_at_ms: number;
  readonly work: Work;
}

/** What is newer may be missing from a list that has not caught up. */
const listingLag_ms = 15 * 60_000;

/** Marks what a complete list does not show any more: nothing is expected of it, and its open work ends. */
export async function markGone<Value extends Instance>(
  { ledger, clock }: { readonly ledger: Ledger; readonly clock: Clock },
  record: Pick<RecordKind<Value, never>, "replace">,
  missing: readonly Stored<Value>[],
): Promise<void> {
  const now_ms = clock.now();
  const gone = missing.filter(
    ({ value }) => value.gone_at_ms === null && now_ms >= value.first_seen_at_ms + listingLag_ms,
  );
  await inParallel(gone, itemsAtOnce, (seen) => {
    const { work } = seen.value;
    const reason = "gone: it is not in the provider's list any more";
    const ended = isOpen(work) ? settle(work, { now_ms, outcome: "skipped", reason }) : work;
    // Lost to somebody who works on it: the next run sees it still missing.
    return record.replace(ledger, seen, { ...seen.value, gone_at_ms: now_ms, work: ended });
  });
}
