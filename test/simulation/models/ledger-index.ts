import type { Chance } from "../../../infra/local/provider/world/chance.ts";
import type { Entry, Key, Listing } from "../../../shared/ledger/ledger.ts";
import type { VirtualTime } from "./time.ts";

/** An index follows its table within so long. */
const lag_ms = 3_000;

/** The copy of the table that listings by subject read: every change arrives there a little later, in its own order. */
export interface LedgerIndex {
  /** The entry has changed; undefined when it was removed. */
  follow(key: Key, entry: Entry | undefined): void;
  /** Every entry of a subject's partition, in order, as the index knows it. */
  list(listing: Listing): Entry[];
}

export function ledgerIndex(time: VirtualTime, chance: Chance): LedgerIndex {
  const known = new Map<string, { readonly change: number; readonly text: string | undefined }>();
  let changes = 0;
  return {
    follow({ partition, sort }, entry) {
      const id = JSON.stringify([partition, sort]);
      const change = ++changes;
      const text = entry && JSON.stringify(entry);
      time.after(chance.between(0, lag_ms), () => {
        if ((known.get(id)?.change ?? 0) < change) known.set(id, { change, text });
      });
    },
    list({ partition, prefix = "", descending = false }) {
      const found: Entry[] = [];
      for (const { text } of known.values()) {
        // Cheaper than reading every entry: an entry that is wanted has the name of its subject in it.
        if (text === undefined || !text.includes(JSON.stringify(partition))) continue;
        const entry: Entry = JSON.parse(text);
        const { subject, expires_at_ms = Number.POSITIVE_INFINITY } = entry;
        if (subject?.partition !== partition || expires_at_ms <= time.now()) continue;
        if (subject.sort.startsWith(prefix)) found.push(entry);
      }
      const sortOf = ({ subject }: Entry) => subject?.sort ?? "";
      found.sort((a, b) => (sortOf(a) < sortOf(b) ? -1 : 1));
      return descending ? found.reverse() : found;
    },
  };
}
