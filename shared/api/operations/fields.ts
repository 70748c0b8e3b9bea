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

/**
 * What the documents say holds where a caller says nothing, by operation and parameter. The client never sends a
 * default: an update would set what its caller did not mention. The stand-in cloud applies them.
 *
 * Left out on purpose: listBackups `incremental` (default false in table 4-185), because as a filter it would hide
 * the incremental backups that the page's own example answers.
 */
export const documentedDefaults = {
  listTasks: { limit: 1000, offset: 0 },
  listVaults: { limit: 1000, offset: 0 },
  listBackups: { limit: 1000, offset: 0, own_type: "private" },
  createCheckpoint: { auto_trigger: false, incremental: true },
  createVault: {
    auto_bind: false,
    demand_billing: false,
    smn_notify: true,
    threshold: 80,
    charging_mode: "post_paid",
    is_auto_renew: false,
    is_auto_pay: false,
    is_multi_az: false,
  },
  restoreBackup: { power_on: true },
  createPolicy: {
    enabled: true,
    operation_type: "backup",
    max_backups: -1,
    retention_duration_days: -1,
  },
  updateBackupPolicy: {
    enabled: true,
    enterprise_project_id: "0",
    max_backups: -1,
    retention_duration_days: -1,
  },
  listAuditInstances: { limit: 100, offset: 0 },
  listProtectedHosts: { limit: 10, offset: 0 },
  listBackupHosts: { limit: 10, offset: 0 },
} as const;
