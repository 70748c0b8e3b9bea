import type { Chance } from "../../../infra/local/provider/world/chance.ts";
import type { Entry, Expected, Ledger, Listing } from "../../../shared/ledger/ledger.ts";
import { memoryLedger } from "../../../shared/ledger/memory.ts";
import type { Container } from "./container.ts";
import type { Dice } from "./dice.ts";
import type { Journal } from "./journal.ts";
import { ask, type Journey } from "./outside.ts";
import type { VirtualTime } from "./time.ts";
import type { Weather } from "./weather.ts";

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

interface Surroundings {
  readonly time: VirtualTime;
  readonly journal: Journal;
  readonly chance: Chance;
  readonly dice: Dice;
  readonly weather: () => Weather["ledger"];
}

/** An index follows its table within so long. */
const index_lag_ms = 3_000;
/** Entries that one page of a listing holds; the real limit is 1 MB. */
const page_entries = 25;

export function simulatedLedger(surroundings: Surroundings): SimulatedLedger {
  const { time, chance, journal } = surroundings;
  const note = ({ key }: Pick<Entry, "key">, expected: Expected, done: string) =>
    journal.note(key.sort, `${key.partition} over ${expected}: ${done}`);
  const table = memoryLedger(time.now);
  const index = indexOf(time, chance);
  const from = (container: Container): Ledger => {
    const change = <Done extends string>(make: () => Promise<Done | "conflict">) =>
      ask(time, container, journey(surroundings), () => unreliably(surroundings, make));
    return {
      read: (key) =>
        ask(time, container, journey(surroundings), () => failing(surroundings, () => table.read(key))),
      write: (entry, expected) =>
        change(async () => {
          const done = await table.write(entry, expected);
          note(entry, expected, done);
          if (done === "written") index.follow(table, entry.key);
          return done;
        }),
      remove: (key, expected) =>
        change(async () => {
          const done = await table.remove(key, expected);
          if (done === "removed") index.follow(table, key);
          return done;
        }),
      list: (listing) => inPages(surroundings, container, listing.bySubject ? index.entries : table, listing),
    };
  };
  return { table, from };
}

/** The copy of the table that listings by subject read: every entry arrives there a little later. */
function indexOf(time: VirtualTime, chance: Chance) {
  const entries = memoryLedger(time.now);
  return {
    entries,
    follow(table: Ledger, key: Entry["key"]): void {
      time.after(chance.between(0, index_lag_ms), async () => {
        const [now, before] = await Promise.all([table.read(key), entries.read(key)]);
        if (now === undefined) {
          if (before !== undefined) await entries.remove(key, before.revision);
        } else await entries.write(now, before?.revision ?? "absent");
      });
    },
  };
}

async function* inPages(
  surroundings: Surroundings,
  container: Container,
  ledger: Ledger,
  listing: Listing,
): AsyncGenerator<Entry> {
  let last: string | undefined;
  for (;;) {
    const page = await ask(surroundings.time, container, journey(surroundings), () =>
      failing(surroundings, () => pageAfter(ledger, listing, last)),
    );
    yield* page;
    const end = page.at(-1);
    if (end === undefined || page.length < page_entries) return;
    last = placeOf(end, listing);
  }
}

async function pageAfter(ledger: Ledger, listing: Listing, last: string | undefined): Promise<Entry[]> {
  const page: Entry[] = [];
  for await (const entry of ledger.list(listing)) {
    const place = placeOf(entry, listing);
    if (last !== undefined && (listing.descending ? place >= last : place <= last)) continue;
    page.push(entry);
    if (page.length === page_entries) break;
  }
  return page;
}

const placeOf = (entry: Entry, { bySubject }: Listing) =>
  (bySubject ? entry.subject?.sort : entry.key.sort) ?? "";

function journey({ chance, dice, weather }: Surroundings): Journey {
  const there_ms = chance.between(1, 8);
  if (!dice.strikes(weather().slow)) return { there_ms, back_ms: 0 };
  // Most slow calls take a second or two, a few as long as the SDK is willing to try.
  const delay_ms = Math.round(110_000 * chance.fraction() ** 3);
  return chance.fraction() < 0.5
    ? { there_ms: there_ms + delay_ms, back_ms: 1 }
    : { there_ms, back_ms: delay_ms + 1 };
}

async function failing<Answer>(
  { dice, weather }: Surroundings,
  effect: () => Promise<Answer>,
): Promise<Answer> {
  if (dice.strikes(weather().fails)) throw new LedgerUnavailable("the table did not answer");
  return effect();
}

async function unreliably<Done extends string>(
  surroundings: Surroundings,
  change: () => Promise<Done | "conflict">,
): Promise<Done | "conflict"> {
  const done = await failing(surroundings, change);
  const { dice, chance, weather } = surroundings;
  if (!dice.strikes(weather().lost)) return done;
  if (chance.fraction() < 0.5) throw new LedgerUnavailable("the answer of the table was lost");
  return "conflict";
}
