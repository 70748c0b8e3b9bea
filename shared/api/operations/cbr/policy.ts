import * as z from "zod";
import { nullableText } from "./common.ts";
import { schedulePattern } from "./schedule-rule.ts";

const tier = z.int().min(0).max(100);

/** -1 (no limit) or 1 to 99999. The text allows 0, the table's minimum is 1: 0 would keep nothing, and is refused. */
const limit = z
  .int()
  .min(-1)
  .max(99_999)
  .refine((value) => value !== 0, "must be -1 (no limit) or 1 to 99999");

const tiers = ["day_backups", "week_backups", "month_backups", "year_backups"] as const;

const kept = {
  day_backups: tier.optional(),
  week_backups: tier.optional(),
  month_backups: tier.optional(),
  year_backups: tier.optional(),
  max_backups: limit.optional(),
  retention_duration_days: limit.optional(),
  timezone: z.string().min(1).max(256).optional(),
};

const zoned = [
  (definition: z.output<z.ZodObject<typeof kept>>) =>
    definition.timezone !== undefined || tiers.every((name) => !definition[name]),
  {
    path: ["timezone"] as PropertyKey[],
    message: "is mandatory with day_backups, week_backups, month_backups or year_backups",
  },
] as const;

/** What a policy keeps, in a request (table 4-204). Days are 24 hours. */
export const operationDefinition = z
  .strictObject({ ...kept, full_backup_interval: z.int().min(-1).max(100).optional() })
  .refine(...zoned);

/** The same for host security's policy, which has no interval of full backups (its table 5). */
export const hostOperationDefinition = z.strictObject(kept).refine(...zoned);

/** When a policy runs, in a request (tables 4-205 and 4-206; of host security's policy tables 6 and 7). */
export const trigger = z.strictObject({ properties: z.strictObject({ pattern: schedulePattern }) });

const policyName = z.string().min(1).max(64);

export const policyCreate = z.strictObject({
  enabled: z.boolean().optional(),
  name: policyName.regex(/^[\p{L}\p{N}_-]*$/u, "may contain only letters, digits, underscores and hyphens"),
  operation_definition: operationDefinition,
  // Mandatory in the table, left out by example 5.2, which works: backup is meant.
  operation_type: z.literal("backup").optional(),
  trigger,
});

export const policyUpdate = z.strictObject({
  enabled: z.boolean().optional(),
  name: policyName.optional(),
  operation_definition: operationDefinition.optional(),
  trigger: trigger.optional(),
});

const count = z.number().nullish();

/** A policy as the answers give it. `start_time` is `yyyy-MM-dd HH:mm:ss`. */
export const policy = z.looseObject({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  operation_type: nullableText,
  operation_definition: z.looseObject({
    day_backups: count,
    week_backups: count,
    month_backups: count,
    year_backups: count,
    max_backups: count,
    retention_duration_days: count,
    timezone: nullableText,
  }),
  trigger: z.looseObject({
    properties: z.looseObject({ pattern: z.array(z.string()), start_time: nullableText }),
  }),
  associated_vaults: z
    .array(z.looseObject({ vault_id: z.string(), destination_vault_id: nullableText }))
    .nullish(),
});

export type Policy = z.output<typeof policy>;
