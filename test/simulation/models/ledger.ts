import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";
import type { Entry, Ledger, Listing } from "../../../shared/ledger/ledger.ts";
import { memoryLedger } from "../../../shared/ledger/memory.ts";
import type { Container } from "./container.ts";
import type { Dice } from "./dice.ts";
import type { FaultProfile } from "./fault-profile.ts";
import type { Journal } from "./journal.ts";
import { type LedgerIndex, ledgerIndex } from "./ledger-index.ts";
import { ask, type Journey } from "./outside.ts";
import type { VirtualTime } from "./time.ts";

/** The table failed; the message of the handler comes again. */
export class LedgerUnavailable extends Error {
  override readonly name = "LedgerUnavailable";
}

/** One table, and the way to it from each container. */
export interface SimulatedLedger {
  /** The table itself, for checks. */
  readonly table: Ledger;
  from(container: Container): Ledger;
}

interface Deps {
  readonly time: VirtualTime;
  readonly journal: Journal;
  readonly random: SeededRandom;
  readonly dice: Dice;
  readonly faultProfile: () => FaultProfile["ledger"];
}

/** Entries that one page of a listing holds; the real limit is 1 MB. */
const page_entries = 25;

export function simulatedLedger(deps: Deps): SimulatedLedger {
  const { time, random, journal } = deps;
  const memory = memoryLedger(time.now);
  const index = ledgerIndex(time, random);
  const table: Ledger = {
    ...memory,
    async write(entry, expected) {
      const written = await memory.write(entry, expected);
      const done = written === "conflict" ? written : "written";
      journal.note(entry.key.sort, `${entry.key.partition} over ${expected}: ${done}`);
      if (written !== "conflict") index.follow(entry.key, written);
      return written;
    },
    async remove(key, expected) {
      const done = await memory.remove(key, expected);
      if (done === "removed") index.follow(key, undefined);
      return done;
    },
  };
  const from = (container: Container): Ledger => {
    const go = <Answer>(effect: () => Promise<Answer>) => ask(time, container, journey(deps), effect);
    return {
      read: (key) => go(() => failing(deps, () => table.read(key))),
      write: (entry, expected) => go(() => unreliably(deps, () => table.write(entry, expected))),
      remove: (key, expected) => go(() => unreliably(deps, () => table.remove(key, expected))),
      list: (listing) =>
        inPages(listing, (last) => go(() => failing(deps, () => pageAfter(table, index, listing, last)))),
    };
  };
  return { table, from };
}

async function* inPages(
  listing: Listing,
  read: (last: string | undefined) => Promise<Entry[]>,
): AsyncGenerator<Entry> {
  let last: string | undefined;
  for (;;) {
    const page = await read(last);
    yield* page;
    const end = page.at(-1);
    if (end === undefined || page.length < page_entries) return;
    last = placeOf(end, listing);
  }
}

async function pageAfter(
  table: Ledger,
  index: LedgerIndex,
  listing: Listing,
  last: string | undefined,
): Promise<Entry[]> {
  const page: Entry[] = [];
  const entries = listing.bySubject ? index.list(listing) : table.list(listing);
  for await (const entry of entries) {
    const place = placeOf(entry, listing);
    if (last !== undefined && (listing.descending ? place >= last : place <= last)) continue;
    page.push(entry);
    if (page.length === page_entries) break;
  }
  return page;
}

const placeOf = (entry: Entry, { bySubject }: Listing) =>
  (bySubject ? entry.subject?.sort : entry.key.sort) ?? "";

function journey({ random, dice, faultProfile }: Deps): Journey {
  const there_ms = random.between(1, 8);
  if (!dice.strikes(faultProfile().slow)) return { there_ms, back_ms: 0 };
  // Most slow calls take a second or two, a few as long as the SDK is willing to try.
  const delay_ms = Math.round(110_000 * random.fraction() ** 3);
  return random.fraction() < 0.5
    ? { there_ms: there_ms + delay_ms, back_ms: 1 }
    : { there_ms, back_ms: delay_ms + 1 };
}

async function failing<Answer>({ dice, faultProfile }: Deps, effect: () => Promise<Answer>): Promise<Answer> {
  if (dice.strikes(faultProfile().fails)) throw new LedgerUnavailable("the table did not answer");
  return effect();
}

async function unreliably<Done>(
  deps: Deps,
  change: () => Promise<Done | "conflict">,
): Promise<Done | "conflict"> {
  const done = await failing(deps, change);
  const { dice, random, faultProfile } = deps;
  if (!dice.strikes(faultProfile().lost)) return done;
  if (random.fraction() < 0.5) throw new LedgerUnavailable("the answer of the table was lost");
  // The SDK has sent it again, and the table's adapter has seen that what the second try found was the first one's effect.
  return done;
}
