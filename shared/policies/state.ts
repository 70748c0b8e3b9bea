import * as z from "zod";
import type { operationDefinition } from "../api/operations/cbr/policy.ts";

const count = z.number().int().nullish();

/** A policy's `operation_definition`, as requests carry it. */
type OperationDefinition = z.input<typeof operationDefinition>;

/** The fields of a request that keep backups: a count each. */
type CountField = Exclude<keyof OperationDefinition, "timezone" | "full_backup_interval">;

/** What each of them is; one that is not here does not compile, as it would be taken for no difference. */
const kindOf: Readonly<Record<CountField, "limit" | "tier">> = {
  max_backups: "limit",
  retention_duration_days: "limit",
  day_backups: "tier",
  week_backups: "tier",
  month_backups: "tier",
  year_backups: "tier",
};

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
} satisfies Readonly<Record<keyof OperationDefinition, z.ZodType>>);

export const retentionFields = answered.keyof().options;
const countFields = answered.omit({ timezone: true, full_backup_interval: true }).keyof().options;
export const tiers = countFields.filter((field) => kindOf[field] === "tier");
export const limits = countFields.filter((field) => kindOf[field] === "limit");

/** What a policy keeps, each field in one spelling: -1 is a limit that is not in force, 0 a tier that is not. */
export interface Retention extends Readonly<Record<CountField, number>> {
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
  const counted = (field: CountField) => {
    const value = fields[field] ?? 0;
    return value > 0 ? value : kindOf[field] === "limit" ? -1 : 0;
  };
  const retention = {
    max_backups: counted("max_backups"),
    retention_duration_days: counted("retention_duration_days"),
    day_backups: counted("day_backups"),
    week_backups: counted("week_backups"),
    month_backups: counted("month_backups"),
    year_backups: counted("year_backups"),
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
