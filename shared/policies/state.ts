import * as z from "zod";
import type { operationDefinition } from "../api/operations/cbr/policy.ts";

const count = z.number().int().nullish();

/** A policy's retention as either service answers it: absent and null stand for what is not in force. */
const answered = z.looseObject({
  max_backups: count,
  retention_duration_days: count,
  day_backups: count,
  week_backups: count,
  month_backups: count,
  year_backups: count,
  timezone: z.string().nullish(),
  full_backup_interval: count,
});

export const tiers = ["day_backups", "week_backups", "month_backups", "year_backups"] as const;
export const limits = ["max_backups", "retention_duration_days"] as const;

/** What a policy keeps, each field in one spelling: -1 is a limit that is not in force, 0 a tier that is not. */
export interface Retention {
  readonly max_backups: number;
  readonly retention_duration_days: number;
  readonly day_backups: number;
  readonly week_backups: number;
  readonly month_backups: number;
  readonly year_backups: number;
  /** The zone of the tiers; null while no tier is in force. */
  readonly timezone: string | null;
  /** Every how many backups is a full one; null where nobody says. */
  readonly full_backup_interval: number | null;
}

/** What is compared of a policy, wanted or actual. */
export interface PolicyState {
  readonly enabled: boolean;
  readonly retention: Retention;
  /** Scheduling rules as they are written. */
  readonly schedule: readonly string[];
}

/** Reads a retention of the estate or of an answer. Throws a ZodError for one that is neither. */
export function toRetention(definition: unknown): Retention {
  const fields = answered.parse(definition ?? {});
  const limit = (value: number | null | undefined) => (value && value > 0 ? value : -1);
  const tier = (value: number | null | undefined) => Math.max(0, value ?? 0);
  const retention = {
    max_backups: limit(fields.max_backups),
    retention_duration_days: limit(fields.retention_duration_days),
    day_backups: tier(fields.day_backups),
    week_backups: tier(fields.week_backups),
    month_backups: tier(fields.month_backups),
    year_backups: tier(fields.year_backups),
    full_backup_interval: fields.full_backup_interval ?? null,
  };
  const inForce = tiers.some((name) => retention[name] > 0);
  return { ...retention, timezone: inForce ? (fields.timezone ?? null) : null };
}

/** The same as a request says it. */
export function toDefinition(retention: Retention): OperationDefinition {
  const { timezone, full_backup_interval, ...counts } = retention;
  return {
    ...counts,
    ...(timezone !== null && { timezone }),
    ...(full_backup_interval !== null && { full_backup_interval }),
  };
}

/** A policy's `operation_definition`, as requests carry it. */
export type OperationDefinition = z.input<typeof operationDefinition>;
