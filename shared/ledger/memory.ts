import {
  checkEntry,
  type Entry,
  type Expected,
  type Key,
  type Ledger,
  type Listing,
  toWritten,
} from "./ledger.ts";

/** An entry as it is kept: as text, so that whoever reads it gets a value of his own. */
interface Kept {
  readonly key: Key;
  readonly subject: Key | undefined;
  readonly revision: number;
  readonly expires_at_ms: number | undefined;
  readonly text: string;
}

/** A ledger in memory with the table's own semantics: for the simulation and for tests of planners and jobs. */
export function memoryLedger(now: () => number = () => 0): Ledger {
  const partitions = new Map<string, Map<string, Kept>>();
  const find = ({ partition, sort }: Key) => partitions.get(partition)?.get(sort);
  const isAlive = ({ expires_at_ms }: Kept) => expires_at_ms === undefined || expires_at_ms > now();
  // As in the table: an expired entry counts as absent, but who has seen it may still change it.
  const fits = (kept: Kept | undefined, expected: Expected) =>
    expected === "absent" ? kept === undefined || !isAlive(kept) : kept?.revision === expected;

  return {
    async read(key) {
      const kept = find(key);
      return kept && isAlive(kept) ? toEntry(kept) : undefined;
    },
    async write(entry, expected) {
      checkEntry(entry);
      if (!fits(find(entry.key), expected)) return "conflict";
      const written = toWritten(entry, expected);
      const { key, subject, revision, expires_at_ms } = written;
      const partition = partitions.get(key.partition) ?? new Map<string, Kept>();
      partitions.set(key.partition, partition);
      partition.set(key.sort, { key, subject, revision, expires_at_ms, text: JSON.stringify(written) });
      return written;
    },
    async remove(key, expected) {
      if (!fits(find(key), expected)) return "conflict";
      partitions.get(key.partition)?.delete(key.sort);
      return "removed";
    },
    async *list(listing) {
      const sortOf = (kept: Kept) => placeOf(kept, listing)?.sort ?? "";
      const found = candidates(partitions, listing).filter((kept) => isAlive(kept) && matches(kept, listing));
      found.sort((a, b) => compare(sortOf(a), sortOf(b)));
      if (listing.descending) found.reverse();
      for (const kept of found) yield toEntry(kept);
    },
  };
}

/** What is undefined was not kept. */
const toEntry = ({ text }: Kept): Entry => JSON.parse(text);

const placeOf = ({ key, subject }: Kept, { bySubject }: Listing) => (bySubject ? subject : key);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A subject may be found in any partition. */
function candidates(
  partitions: ReadonlyMap<string, ReadonlyMap<string, Kept>>,
  { partition, bySubject }: Listing,
): Kept[] {
  if (bySubject) return [...partitions.values()].flatMap((entries) => [...entries.values()]);
  return [...(partitions.get(partition)?.values() ?? [])];
}

function matches(kept: Kept, listing: Listing): boolean {
  const place = placeOf(kept, listing);
  return place?.partition === listing.partition && place.sort.startsWith(listing.prefix ?? "");
}
