import type { Entry, Expected, Key, Ledger, Listing } from "./ledger.ts";

/** A ledger in memory with the table's own semantics: for the simulation and for tests of planners and jobs. */
export function memoryLedger(now: () => number = () => 0): Ledger {
  const entries = new Map<string, Entry>();
  const id = (key: Key) => JSON.stringify([key.partition, key.sort]);
  const alive = (entry: Entry | undefined) =>
    entry && (entry.expires_at_ms === undefined || entry.expires_at_ms > now()) ? entry : undefined;
  // As in the table: an expired entry counts as absent, but who has seen it may still change it.
  const fits = (entry: Entry | undefined, expected: Expected) =>
    expected === "absent" ? alive(entry) === undefined : entry?.revision === expected;

  return {
    async read(key) {
      const entry = alive(entries.get(id(key)));
      return entry && copy(entry);
    },
    async write(entry, expected) {
      const current = entries.get(id(entry.key));
      if (!fits(current, expected)) return "conflict";
      const revision = expected === "absent" ? 1 : expected + 1;
      entries.set(id(entry.key), copy({ ...entry, revision }));
      return "written";
    },
    async remove(key, expected) {
      if (!fits(entries.get(id(key)), expected)) return "conflict";
      entries.delete(id(key));
      return "removed";
    },
    async *list(listing) {
      const found = [...entries.values()].filter((entry) => alive(entry) && matches(entry, listing));
      found.sort((a, b) => compare(sortOf(a, listing), sortOf(b, listing)));
      if (listing.descending) found.reverse();
      for (const entry of found) yield copy(entry);
    },
  };
}

const keyOf = (entry: Entry, listing: Listing) => (listing.bySubject ? entry.subject : entry.key);
const sortOf = (entry: Entry, listing: Listing) => keyOf(entry, listing)?.sort ?? "";
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function matches(entry: Entry, listing: Listing): boolean {
  const key = keyOf(entry, listing);
  return key?.partition === listing.partition && key.sort.startsWith(listing.prefix ?? "");
}

/** As the table keeps it: what is undefined is not there. */
function copy<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}
