/** A value that JSON can carry. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** Where an entry is: entries of one partition are listed together, in the order of their `sort`. */
export interface Key {
  readonly partition: string;
  readonly sort: string;
}

/** What is kept under a key. */
export interface Entry {
  readonly key: Key;
  /** Counts the writes of this entry, from 1. A write must name the revision it has seen. */
  readonly revision: number;
  readonly data: { readonly [name: string]: Json | undefined };
  /** A second way to find the entry, eventually consistent: by subject (for example, all slots of one vault). */
  readonly subject?: Key | undefined;
  /** Epoch milliseconds after which the entry may vanish. Absent: never. */
  readonly expires_at_ms?: number | undefined;
}

/** What is to be kept; its revision follows from the one it replaces. */
export type NewEntry = Omit<Entry, "revision">;

/** The revision an entry must have for a write to be made, or `absent`: there must be none yet. */
export type Expected = number | "absent";

export interface Listing {
  readonly partition: string;
  /** Only entries whose sort key starts with this. */
  readonly prefix?: string;
  /** Look in the second index (`subject`), which may lag behind writes by seconds. */
  readonly bySubject?: boolean;
  /** Greatest sort key first. */
  readonly descending?: boolean;
}

/**
 * The product's memory: one table, one kind of condition. Every change names the revision it was decided on, so a
 * redelivered, reordered or concurrent message can only find what was already decided, never overwrite it.
 */
export interface Ledger {
  /** Strongly consistent. */
  read(key: Key): Promise<Entry | undefined>;
  /** Writes only if the entry still has the expected revision. Returns it with its new revision, which is one higher. */
  write(entry: NewEntry, expected: Expected): Promise<Entry | "conflict">;
  remove(key: Key, expected: number): Promise<"removed" | "conflict">;
  /** All entries of a partition in sort order, page by page; strongly consistent except by subject. */
  list(listing: Listing): AsyncIterable<Entry>;
}

/** An entry as it is once it has been written over what was expected: every ledger counts revisions here. */
export const toWritten = (entry: NewEntry, expected: Expected): Entry => ({
  ...entry,
  revision: expected === "absent" ? 1 : expected + 1,
});

/** The table's own names: its key, the index of subjects, and what every item carries. The stack creates it from them. */
export const tableLayout = {
  partition: "partition",
  sort: "sort",
  index: "by_subject",
  indexPartition: "subject_partition",
  indexSort: "subject_sort",
  revision: "revision",
  data: "data",
  /** Epoch seconds. */
  timeToLive: "expires_at",
  /** Drawn for each write, so that one whose answer was lost is known for our own. */
  writeId: "write_id",
} as const;

/** What the table refuses, in bytes of UTF-8: documented limits of DynamoDB. */
export const ledgerLimits = { entry_bytes: 400 * 1024, partition_bytes: 2048, sort_bytes: 1024 } as const;

/** An entry that no ledger takes, however often it is tried: it is too large, or its key is too long. Costs that entry only. */
export class EntryRefused extends Error {
  override readonly name = "EntryRefused";

  constructor({ partition, sort }: Key, reason: string) {
    super(`ledger entry ${partition.slice(0, 100)} / ${sort.slice(0, 100)}: ${reason}`);
  }
}

/** Throws EntryRefused for what the table would refuse; every ledger asks before it writes. */
export function checkEntry({ key, subject, data }: NewEntry): void {
  for (const place of subject ? [key, subject] : [key]) {
    checkLength(key, "partition", place.partition, ledgerLimits.partition_bytes);
    checkLength(key, "sort", place.sort, ledgerLimits.sort_bytes);
  }
  const keys = [key, subject].flatMap((place) => (place ? [place.partition, place.sort] : []));
  const bytes = itsOwn_bytes + keys.reduce((sum, text) => sum + Buffer.byteLength(text), sizeOf(data));
  if (bytes > ledgerLimits.entry_bytes)
    throw new EntryRefused(key, `it has ${bytes} bytes; the table takes at most ${ledgerLimits.entry_bytes}`);
}

/** Names of an item's attributes, its revision and times. */
const itsOwn_bytes = 200;

function checkLength(key: Key, part: keyof Key, text: string, most_bytes: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes >= 1 && bytes <= most_bytes) return;
  throw new EntryRefused(key, `a ${part} key has 1 to ${most_bytes} bytes; this one has ${bytes}`);
}

/** As DynamoDB counts: text in UTF-8, a number at most 21 bytes, 3 for a list or a map and 1 for each of its members. */
function sizeOf(value: Json): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return 21;
  if (typeof value === "boolean" || value === null) return 1;
  if (Array.isArray(value)) return value.reduce((sum: number, member: Json) => sum + 1 + sizeOf(member), 3);
  return Object.entries(value).reduce(
    (sum, [name, member]) =>
      member === undefined ? sum : sum + 1 + Buffer.byteLength(name) + sizeOf(member),
    3,
  );
}

/** A text of somebody else's cut so that it has at most so many bytes: an entry holds many of them. */
export function cutText(text: string, most_bytes: number): string {
  if (Buffer.byteLength(text) <= most_bytes) return text;
  const cut = Buffer.from(text)
    .subarray(0, most_bytes - 3)
    .toString();
  // A character that was cut in two decodes as one that stands for nothing.
  return `${cut.replace(/\uFFFD+$/, "")}…`;
}

/** So many items one function reads or writes at once: the way to the table is hidden, its connections are not used up. */
export const itemsAtOnce = 16;
