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
  /** Writes only if the entry still has the expected revision; its revision is then one higher. */
  write(entry: Omit<Entry, "revision">, expected: Expected): Promise<"written" | "conflict">;
  remove(key: Key, expected: number): Promise<"removed" | "conflict">;
  /** All entries of a partition in sort order, page by page; strongly consistent except by subject. */
  list(listing: Listing): AsyncIterable<Entry>;
}
