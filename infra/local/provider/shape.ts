import type * as z from "zod";
import type { Service } from "../../../shared/api/operation.ts";
import { shape_codes } from "./errors.ts";
import { Refusal } from "./world/model.ts";

interface Place {
  /** `body`, `query`, `header`, or a path parameter's name. */
  readonly place: string;
  readonly service: Service;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** Parses one part of a request, or refuses it with the service's code, naming the field and what it must be. */
export function parsePart<Schema extends z.ZodType | undefined>(
  schema: Schema,
  value: unknown,
  where: Place,
): Parsed<Schema> {
  // The conditional type cannot be narrowed by a test of the value; this line and the last say what it stands for.
  if (schema === undefined) return undefined as Parsed<Schema>;
  const decoded = value instanceof Uint8Array ? decode(value, where) : value;
  return parse(schema, decoded, where) as Parsed<Schema>;
}

function decode(bytes: Uint8Array, where: Place): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refuse(where, "is not JSON");
  }
}

function parse(schema: z.ZodType, value: unknown, where: Place): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const unknown = issues.filter((issue) => issue.code === "unrecognized_keys");
  // The live services ignore fields that they do not know, and newer clients send some.
  if (unknown.length === issues.length) {
    return parse(
      schema,
      unknown.reduce((rest, { path, keys }) => without(rest, path, keys), value),
      where,
    );
  }
  const [first] = issues;
  const field = first?.path.map(String).join(".") ?? "";
  throw refuse(where, `${field === "" ? "" : `${field}: `}${first?.message ?? "invalid"}`);
}

/** A copy of `value` that lacks `keys` of the object at `path`. */
function without(value: unknown, path: readonly PropertyKey[], keys: readonly string[]): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === step ? without(item, rest, keys) : item));
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (step === undefined) return Object.fromEntries(entries.filter(([key]) => !keys.includes(key)));
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === step ? without(inner, rest, keys) : inner]),
  );
}

function refuse({ place, service }: Place, why: string): Refusal {
  if (service === "koophone" && place === "header") return new Refusal("KOOPHONE.API.0002");
  return new Refusal(shape_codes[service], `${place} ${why}`);
}
