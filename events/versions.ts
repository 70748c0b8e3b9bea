import * as z from "zod";

// One rule for what outlives a deployment, entries of the ledger and messages alike. Each carries the version of the code's
// definition that wrote it. Code reads
//   - its own version, by its schema;
//   - earlier ones, by the schema they were written with and a pure function that makes them what they are now;
//   - a newer one, after a rollback, if that says that this version may: fields it does not know are left out.
// What an older version may read it may also write again, and the fields that it left out are gone then; so a version
// that says so must only add fields, and its function must be able to fill them in.

/** What is written beside the data. `readable_from`: the oldest version that may read it; absent: this one. */
export const stampSchema = z.object({
  version: z.number().int(),
  readable_from: z.number().int().optional(),
});

export type Stamp = z.output<typeof stampSchema>;

/** An earlier version, and how what it wrote becomes what is written now. */
export interface Earlier<Now> {
  readonly version: number;
  read(data: unknown): { readonly data: Now } | { readonly problem: string };
}

/** A version that this code no longer writes: `toNow` is pure, and its result is parsed like what is written now. */
export function upgrade<Schema extends z.ZodType, Now>(
  version: number,
  schema: Schema,
  toNow: (old: z.output<Schema>) => Now,
): Earlier<Now> {
  return {
    version,
    read(data) {
      const old = schema.safeParse(data);
      return old.success ? { data: toNow(old.data) } : { problem: z.prettifyError(old.error) };
    },
  };
}

/** The first version, or a later one, which reads at least the one before it and says from which on code may read it. */
export type Versions<Schema extends z.ZodType> =
  | { readonly version: 1; readonly readable_from?: undefined; readonly earlier?: undefined }
  | {
      readonly version: number;
      readonly readable_from: number;
      readonly earlier: readonly [Earlier<z.input<Schema>>, ...Earlier<z.input<Schema>>[]];
    };

/** How one kind of data is stamped when it is written, and read whatever version wrote it. */
export interface Versioned<Value> {
  readonly stamp: Stamp;
  read(written: Stamp, data: unknown): { readonly value: Value } | { readonly problem: string };
}

export function versioned<Schema extends z.ZodType>(
  schema: Schema,
  { version, readable_from = version, earlier }: Versions<Schema>,
): Versioned<z.output<Schema>> {
  const known: readonly Earlier<z.input<Schema>>[] = earlier ?? [];
  if (version > 1 && !known.some((one) => one.version === version - 1))
    throw new Error(
      `version ${version} must be able to read version ${version - 1}; give its schema and upgrade`,
    );
  if (readable_from > version)
    throw new Error(`version ${version} cannot be readable from ${readable_from} on`);

  const parse = (data: unknown) => {
    const parsed = schema.safeParse(data);
    return parsed.success ? { value: parsed.data } : { problem: z.prettifyError(parsed.error) };
  };
  return {
    stamp: readable_from === version ? { version } : { version, readable_from },
    read(written, data) {
      if (written.version === version) return parse(data);
      if (written.version > version) {
        const from = written.readable_from ?? written.version;
        if (from <= version) return parse(withoutUnknown(schema, data));
        return {
          problem: `it has version ${written.version}, which code of version ${from} reads; this is ${version}`,
        };
      }
      const old = known.find((one) => one.version === written.version)?.read(data);
      if (!old)
        return { problem: `it has version ${written.version}, which version ${version} reads no more` };
      return "problem" in old ? old : parse(old.data);
    },
  };
}

/** The data without the fields that the schema refuses because it does not know them. */
function withoutUnknown(schema: z.ZodType, data: unknown): unknown {
  const issues = schema.safeParse(data).error?.issues ?? [];
  return issues.reduce((rest, issue) => {
    return issue.code === "unrecognized_keys" ? without(rest, issue.path, new Set(issue.keys)) : rest;
  }, data);
}

function without(
  data: unknown,
  [step, ...path]: readonly PropertyKey[],
  names: ReadonlySet<string>,
): unknown {
  if (typeof data !== "object" || data === null) return data;
  const change = ([name, value]: [string, unknown]): [string, unknown][] => {
    if (step === undefined) return names.has(name) ? [] : [[name, value]];
    return [[name, name === String(step) ? without(value, path, names) : value]];
  };
  const changed = Object.entries(data).flatMap(change);
  return Array.isArray(data) ? changed.map(([, value]) => value) : Object.fromEntries(changed);
}
