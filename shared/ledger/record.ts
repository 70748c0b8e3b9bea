import type * as z from "zod";
import { stampSchema, type Versions, versioned } from "../../events/versions.ts";
import type { Entry, Expected, Key, Ledger, Listing, NewEntry } from "./ledger.ts";

/** A value as it was read, with the revision that a change of it must name. */
export interface Stored<Value> {
  readonly revision: number;
  readonly value: Value;
}

/**
 * An entry that cannot be read: written by hand, or by a version that says that this one must not read it (see
 * events/versions.ts). Nothing may be decided on it.
 */
export class UnreadableRecord extends Error {
  override readonly name = "UnreadableRecord";
}

/** One kind of entry: its schema, where it is kept, and the only way to read and write it. A write returns what is stored now. */
export interface RecordKind<Value, Id, Within = unknown> {
  readonly kind: string;
  key(id: Id): Key;
  read(ledger: Ledger, id: Id): Promise<Stored<Value> | undefined>;
  create(ledger: Ledger, value: Value): Promise<Stored<Value> | "conflict">;
  replace(ledger: Ledger, seen: Stored<Value>, value: Value): Promise<Stored<Value> | "conflict">;
  /** Replaces what was seen; creates where nothing was. */
  put(ledger: Ledger, seen: Stored<Value> | undefined, value: Value): Promise<Stored<Value> | "conflict">;
  remove(ledger: Ledger, seen: Stored<Value>): Promise<"removed" | "conflict">;
  /** All of a partition, in the order of their sort keys; strongly consistent. */
  all(ledger: Ledger, within: Within, order?: Order): AsyncIterable<Stored<Value>>;
  /** What a listing finds, for example by subject. */
  list(ledger: Ledger, listing: Listing): AsyncIterable<Stored<Value>>;
}

type Order = Pick<Listing, "prefix" | "descending">;

interface Definition<Schema extends z.ZodType, Within, Id> {
  readonly kind: string;
  readonly schema: Schema;
  /** What it is kept together with, and listed with. */
  partition(id: Within): string;
  sort(id: Id): string;
  /** The second way to find it; undefined where a value needs none. */
  subject?(value: z.output<Schema>): Key | undefined;
  /** Undefined: never. */
  expires_at_ms?(value: z.output<Schema>): number | undefined;
}

/** The partition of what is kept together by project: `hosts#production`. */
export const perProject =
  (name: string) =>
  ({ project }: { readonly project: string }): string =>
    `${name}#${project}`;

type Data = Entry["data"];

/** Defines a record. Its values carry their own id: entries are found by any object with those fields. */
export function defineRecord<Schema extends z.ZodType<Data & Within & Id>, Within, Id>(
  definition: Definition<Schema, Within, Id> & Versions<Schema>,
): RecordKind<z.output<Schema>, Within & Id, Within> {
  const { kind, schema } = definition;
  const versions = versioned(schema, definition);
  type Value = z.output<Schema>;
  const keyOf = (id: Within & Id): Key => ({
    partition: definition.partition(id),
    sort: definition.sort(id),
  });

  const toEntry = (value: Value): NewEntry => ({
    key: keyOf(value),
    data: { ...value, kind, ...versions.stamp },
    subject: definition.subject?.(value),
    expires_at_ms: definition.expires_at_ms?.(value),
  });

  const fromEntry = ({ data, key, revision }: Entry): Stored<Value> => {
    const { kind: written, version, readable_from, ...rest } = data;
    const stamp = stampSchema.safeParse({ version, readable_from });
    const parsed =
      written === kind && stamp.success
        ? versions.read(stamp.data, rest)
        : { problem: `it is ${written} of version ${version}` };
    if ("problem" in parsed)
      throw new UnreadableRecord(`ledger entry ${key.partition} / ${key.sort}, ${kind}: ${parsed.problem}`);
    return { revision, value: parsed.value };
  };

  const write = async (ledger: Ledger, value: Value, expected: Expected) => {
    const written = await ledger.write(toEntry(value), expected);
    return written === "conflict" ? written : { revision: written.revision, value };
  };

  async function* list(ledger: Ledger, listing: Listing) {
    for await (const entry of ledger.list(listing)) yield fromEntry(entry);
  }

  return {
    kind,
    key: keyOf,
    async read(ledger, id) {
      const entry = await ledger.read(keyOf(id));
      return entry && fromEntry(entry);
    },
    create: (ledger, value) => write(ledger, value, "absent"),
    replace: (ledger, seen, value) => write(ledger, value, seen.revision),
    put: (ledger, seen, value) => write(ledger, value, seen?.revision ?? "absent"),
    remove: (ledger, { revision, value }) => ledger.remove(keyOf(value), revision),
    all: (ledger, within, order) => list(ledger, { partition: definition.partition(within), ...order }),
    list,
  };
}
