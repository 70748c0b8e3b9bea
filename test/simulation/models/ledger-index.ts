import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";
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

/** An entry as the index knows it, or that it was removed. */
interface Known {
  readonly change: number;
  readonly partition: string | undefined;
  readonly text: string;
}

export function ledgerIndex(time: VirtualTime, random: SeededRandom): LedgerIndex {
  const known = new Map<string, Known>();
  const partitions = new Map<string, Map<string, string>>();
  const indexed = new Set<string>();
  let changes = 0;
  const arrive = (id: string, next: Known) => {
    const before = known.get(id);
    if (before !== undefined && before.change > next.change) return;
    known.set(id, next);
    if (before?.partition !== undefined) partitions.get(before.partition)?.delete(id);
    if (next.partition === undefined) return;
    const partition = partitions.get(next.partition) ?? new Map<string, string>();
    partitions.set(next.partition, partition.set(id, next.text));
  };
  return {
    follow(key, entry) {
      const id = JSON.stringify([key.partition, key.sort]);
      // Most entries have no subject and never had one: the index does not hear of them.
      if (entry?.subject === undefined && !indexed.has(id)) return;
      indexed.add(id);
      const next: Known = {
        change: ++changes,
        partition: entry?.subject?.partition,
        text: entry?.subject ? JSON.stringify(entry) : "",
      };
      time.after(random.between(0, lag_ms), () => arrive(id, next));
    },
    list({ partition, prefix = "", descending = false }) {
      const found: Entry[] = [];
      for (const text of partitions.get(partition)?.values() ?? []) {
        const entry: Entry = JSON.parse(text);
        if ((entry.expires_at_ms ?? Number.POSITIVE_INFINITY) <= time.now()) continue;
        if (entry.subject?.sort.startsWith(prefix)) found.push(entry);
      }
      const sortOf = ({ subject }: Entry) => subject?.sort ?? "";
      found.sort((a, b) => (sortOf(a) < sortOf(b) ? -1 : 1));
      return descending ? found.reverse() : found;
    },
  };
}
