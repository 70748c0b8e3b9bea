import * as z from "zod";

/**
 * Building blocks of request schemas. A query's value is text on the wire and something friendlier in a program:
 * each of the query helpers accepts both and gives the program's form, so that one schema serves the client (which
 * writes its output with String) and the stand-in (which reads text).
 *
 * Documented defaults are not filled in: what is sent is what the caller said. They are in defaults.ts beside the
 * operations that have them.
 */

/** An id in a path or a body. The upper bound is the largest that any of the documents gives. */
export const identifier = z.string().min(1).max(256);

/** An id where the documents say that only a UUID is supported. */
export const uuid = z.guid();

/** A whole number in a query, as number or as digits. */
export function queryInteger(minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  return z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+$/, "must be a whole number")
        .transform(Number),
    ])
    .pipe(z.int().min(minimum).max(maximum));
}

/** A truth value in a query, as boolean or as `true` or `false`. */
export function queryBoolean() {
  return z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);
}

/** A moment in a query, `2018-02-01T12:00:00Z`: seconds, UTC; see formatQueryTime. */
export const queryTime = z.iso.datetime({ precision: 0, error: "must be a time like 2018-02-01T12:00:00Z" });

/** Paging by offset. The documents say that limit is 1 to 1000; an offset of 0 is in their working examples. */
export const offsetPage = { limit: queryInteger(1, 1000).optional(), offset: queryInteger(0).optional() };

/** `key:direction,key:direction`, at most 255 characters; a key without a direction sorts descending. */
export function sortKeys(keys: readonly string[]) {
  const one = `(?:${keys.join("|")})(?::(?:asc|desc))?`;
  return z
    .string()
    .max(255)
    .regex(
      new RegExp(`^${one}(?:,${one})*$`),
      `must be keys of ${keys.join(", ")}, each with :asc or :desc or neither`,
    );
}

/** The enterprise project that a call or a resource belongs to; `0` is the default one. */
export const enterpriseProject = z.string().min(1).max(256);
