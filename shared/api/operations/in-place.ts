import * as z from "zod";
// Not through `z.core`: as a value that brings all of zod along, every language of its messages included.
import { $ZodNumberFormat } from "zod/v4/core";

type Guard = (value: unknown) => boolean;

/**
 * Makes a schema that gives a valid value back as it is, instead of a copy. Lists of a thousand items are read often,
 * and copying every field that passes unread costs more than reading the JSON did. The value is checked by a guard
 * that is derived from the schema; only a value that fails it is given to the schema itself, which says what is wrong.
 *
 * It takes loose objects, arrays, texts, numbers and booleans, each optional or nullable, and `textThat`: nothing that
 * would change the value, or check more than its type otherwise. Anything else throws here, when the module is loaded.
 */
export function inPlace<S extends z.ZodType>(schema: S): z.ZodType<z.output<S>, z.input<S>> {
  const guard = guardOf(schema, new Map());
  const holds = (value: unknown): value is z.output<S> => guard(value);
  const made = z.custom<z.input<S>>().transform((value, context): z.output<S> => {
    if (holds(value)) {
      return value;
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) {
      return parsed.data;
    }
    for (const { path, message } of parsed.error.issues) {
      context.issues.push({ code: "custom", path: [...path], message, input: value });
    }
    return z.NEVER;
  });
  guards.set(made, guard);
  return made;
}

/** A text that must pass a check, for schemas that are checked in place. */
export function textThat(check: (text: string) => boolean, message: string): z.ZodString {
  const schema = z.string().refine(check, message);
  guards.set(schema, (value) => typeof value === "string" && check(value));
  return schema;
}

const guards = new WeakMap<z.ZodType, Guard>();

/**
 * The guard of a schema that inPlace made. A reader of many pages asks it first: what zod's transform leaves behind
 * keeps each page alive through several collections, which costs 200 MB where a page is 2.
 */
export function inPlaceGuard(schema: z.ZodType): Guard | undefined {
  return guards.get(schema);
}

function guardOf(schema: z.core.$ZodType, known: Map<z.core.$ZodType, Guard>): Guard {
  const before = known.get(schema);
  if (before !== undefined) {
    return before;
  }
  let guard: Guard | undefined;
  // A schema may contain itself (a backup's children): what is inside finds this one, not yet made.
  known.set(schema, (value) => guard?.(value) ?? false);
  guard = makeGuard(schema, known);
  known.set(schema, guard);
  return guard;
}

function makeGuard(schema: z.core.$ZodType, known: Map<z.core.$ZodType, Guard>): Guard {
  const own = schema instanceof z.ZodType ? guards.get(schema) : undefined;
  if (own !== undefined) return own;
  if (schema instanceof z.ZodObject && schema.def.catchall instanceof z.ZodUnknown) {
    return objectGuard(schema, known);
  }
  if (schema instanceof z.ZodArray && !schema.def.checks?.length) {
    const element = guardOf(schema.def.element, known);
    return (value) => Array.isArray(value) && value.every(element);
  }
  if (schema instanceof z.ZodOptional) {
    const inner = guardOf(schema.def.innerType, known);
    return (value) => value === undefined || inner(value);
  }
  if (schema instanceof z.ZodNullable) {
    const inner = guardOf(schema.def.innerType, known);
    return (value) => value === null || inner(value);
  }
  return leafGuard(schema);
}

function leafGuard(schema: z.core.$ZodType): Guard {
  if (schema instanceof $ZodNumberFormat && schema._zod.def.format === "safeint") {
    return Number.isSafeInteger;
  }
  if (!schema._zod.def.checks?.length) {
    if (schema instanceof z.ZodString) {
      return (value) => typeof value === "string";
    }
    if (schema instanceof z.ZodNumber) {
      return Number.isFinite;
    }
    if (schema instanceof z.ZodBoolean) {
      return (value) => typeof value === "boolean";
    }
  }
  throw new TypeError(`A schema of type ${schema._zod.def.type} cannot be checked in place`);
}

function objectGuard(schema: z.ZodObject, known: Map<z.core.$ZodType, Guard>): Guard {
  const fields = Object.entries(schema.def.shape).map(
    ([key, field]) => [key, guardOf(field, known)] as const,
  );
  return (value) => isRecord(value) && fields.every(([key, guard]) => guard(value[key]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
