import * as z from "zod";
import type { Entry, Expected, Json, Key, Ledger, Listing, NewEntry } from "./ledger.ts";

/** A value as it was read, with the revision that a change of it must name. */
export interface Stored<Value> {
  readonly revision: number;
  readonly value: Value;
}

/** An entry that cannot be read: written by a newer deployment, or by hand. Nothing may be decided on it. */
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
  /** Raised when the shape changes so that older code must not read it. */
  readonly version: number;
  readonly schema: Schema;
  key(id: Id): Key;
  /** The second way to find it; undefined where a value needs none. */
  subject?(value: z.output<Schema>): Key | undefined;
  /** Undefined: never. */
  expires_at_ms?(value: z.output<Schema>): number | undefined;
}

export function defineRecord<Schema extends z.ZodType<{ readonly [name: string]: Json | undefined }>, Id>(
  definition: Definition<Schema, Id> & { idOf(value: z.output<Schema>): Id },
): RecordKind<z.output<Schema>, Id> {
  const { kind, version, schema } = definition;
  type Value = z.output<Schema>;

  const toEntry = (value: Value): NewEntry => ({
    key: definition.key(definition.idOf(value)),
    data: { ...value, kind, version },
    subject: definition.subject?.(value),
    expires_at_ms: definition.expires_at_ms?.(value),
  });

  const fromEntry = ({ data, key, revision }: Entry): Stored<Value> => {
    const { kind: written, version: writtenVersion, ...rest } = data;
    if (written !== kind || writtenVersion !== version) {
      throw new UnreadableRecord(
        `ledger entry ${key.partition} / ${key.sort} is ${written} of version ${writtenVersion}; expected ${kind} of version ${version}`,
      );
    }
    const parsed = schema.safeParse(rest);
    if (!parsed.success) {
      throw new UnreadableRecord(
        `ledger entry ${key.partition} / ${key.sort}: ${z.prettifyError(parsed.error)}`,
      );
    }
    return { revision, value: parsed.data };
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
