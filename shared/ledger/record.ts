import type * as z from "zod";
import { stampSchema, type Versions, versioned } from "../../events/versions.ts";
import type { Entry, Expected, Json, Key, Ledger, Listing, NewEntry } from "./ledger.ts";

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
export interface RecordKind<Value, Id> {
  readonly kind: string;
  key(id: Id): Key;
  read(ledger: Ledger, id: Id): Promise<Stored<Value> | undefined>;
  create(ledger: Ledger, value: Value): Promise<Stored<Value> | "conflict">;
  replace(ledger: Ledger, seen: Stored<Value>, value: Value): Promise<Stored<Value> | "conflict">;
  /** Replaces what was seen; creates where nothing was. */
  put(ledger: Ledger, seen: Stored<Value> | undefined, value: Value): Promise<Stored<Value> | "conflict">;
  remove(ledger: Ledger, seen: Stored<Value>): Promise<"removed" | "conflict">;
  list(ledger: Ledger, listing: Listing): AsyncIterable<Stored<Value>>;
}

interface Definition<Schema extends z.ZodType, Id> {
  readonly kind: string;
  readonly schema: Schema;
  idOf(value: z.output<Schema>): Id;
  key(id: Id): Key;
  /** The second way to find it; undefined where a value needs none. */
  subject?(value: z.output<Schema>): Key | undefined;
  /** Undefined: never. */
  expires_at_ms?(value: z.output<Schema>): number | undefined;
}

export function defineRecord<Schema extends z.ZodType<{ readonly [name: string]: Json | undefined }>, Id>(
  definition: Definition<Schema, Id> & Versions<Schema>,
): RecordKind<z.output<Schema>, Id> {
  const { kind, schema } = definition;
  const versions = versioned(schema, definition);
  type Value = z.output<Schema>;

  const toEntry = (value: Value): NewEntry => ({
    key: definition.key(definition.idOf(value)),
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

  return {
    kind,
    key: definition.key,
    async read(ledger, id) {
      const entry = await ledger.read(definition.key(id));
      return entry && fromEntry(entry);
    },
    create: (ledger, value) => write(ledger, value, "absent"),
    replace: (ledger, seen, value) => write(ledger, value, seen.revision),
    put: (ledger, seen, value) => write(ledger, value, seen?.revision ?? "absent"),
    remove: (ledger, { revision, value }) => ledger.remove(definition.key(definition.idOf(value)), revision),
    async *list(ledger, listing) {
      for await (const entry of ledger.list(listing)) yield fromEntry(entry);
    },
  };
}
