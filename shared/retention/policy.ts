import * as z from "zod";
import { type TierName, tiers } from "./calendar.ts";
import { RetentionRefusal } from "./refusal.ts";
import { isTimeZone } from "./zone-name.ts";

/** The largest count and duration that the provider documents (CBR API reference, table 4-204). */
const MAX_COUNT = 99_999;
/** The largest tier and interval that the provider documents (the same table). */
const MAX_TIER = 100;

function whole(range: string, fits: (value: number) => boolean) {
  return z.number({ error: `must be ${range}` }).refine((value) => Number.isInteger(value) && fits(value));
}

const rule = whole(
  `-1 (not in force) or a whole number from 1 to ${MAX_COUNT}`,
  (value) => value === -1 || (value >= 1 && value <= MAX_COUNT),
).default(-1);

const tier = whole(
  `-1 or 0 (not in force) or a whole number up to ${MAX_TIER}`,
  (value) => value >= -1 && value <= MAX_TIER,
).default(0);

const interval = whole(`a whole number from -1 to ${MAX_TIER}`, (value) => value >= -1 && value <= MAX_TIER);

const failedRetention = whole(
  `a whole number from 1 to ${MAX_COUNT}`,
  (value) => value >= 1 && value <= MAX_COUNT,
).default(7);

const ZONE = "must be an IANA time zone such as Europe/Berlin, or UTC±hh:mm such as UTC+08:00";

/** The newest good backup of each of the N most recent days that have one, and so on. */
const tierFields: Readonly<Record<TierName, typeof tier>> = {
  day_backups: tier,
  week_backups: tier,
  month_backups: tier,
  year_backups: tier,
};

const fields = z.strictObject({
  /** The newest N good backups of each resource. */
  max_backups: rule,
  /** Good backups younger than N × 24 hours. */
  retention_duration_days: rule,
  ...tierFields,
  /** Where days, weeks, months and years begin; needed as soon as one tier is in force. */
  timezone: z.string({ error: ZONE }).refine(isTimeZone).optional(),
  /** How often the provider makes a full backup. Accepted as part of its policy; retention does not look at it. */
  full_backup_interval: interval.optional(),
  /** Ours, not the provider's: how long failed and partial backups are kept. */
  failed_retention_days: failedRetention,
});

/**
 * The retention part of a provider policy's `operation_definition` (CBR API reference, table 4-204) with our own
 * `failed_retention_days`. Absent and -1 mean "not in force"; for the tiers 0 means the same.
 */
export const retentionPolicySchema = fields.superRefine((policy, context) => {
  const inForce = tiers.map(({ field }) => field).filter((name) => policy[name] > 0);
  if (inForce.length === 0 || policy.timezone !== undefined) return;
  context.addIssue({
    code: "custom",
    path: ["timezone"],
    message: `is missing: ${inForce.join(", ")} cannot be counted without a time zone`,
  });
});

export type RetentionPolicyInput = z.input<typeof retentionPolicySchema>;
export type RetentionPolicy = z.output<typeof retentionPolicySchema>;

/** What a policy says besides its rules: it keeps no good backup by itself. */
type Setting = "timezone" | "full_backup_interval" | "failed_retention_days";
/** Every other field is a rule: `rules.ts` must know what it keeps, or does not compile. */
type RuleName = Exclude<keyof RetentionPolicy, Setting>;
/** The rules that are no tiers. */
export type LimitName = Exclude<RuleName, TierName>;

/** Whether a tier is in force. */
export function hasTiers(policy: Pick<RetentionPolicy, TierName>): boolean {
  return tiers.some(({ field }) => policy[field] > 0);
}

/**
 * Reads a policy. Throws RetentionRefusal, whose message names every wrong field.
 */
export function parseRetentionPolicy(policy: unknown): RetentionPolicy {
  const parsed = retentionPolicySchema.safeParse(policy);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => describe(issue));
  const field = problems.map((problem) => problem.field)[0] ?? "policy";
  throw new RetentionRefusal(
    field,
    `the retention policy is refused: ${problems.map((problem) => problem.why).join("; ")}`,
  );
}

function describe(issue: z.core.$ZodIssue): { field: string; why: string } {
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(fields.shape).join(", ");
    return {
      field: issue.keys.join(", "),
      why: `unknown field ${issue.keys.join(", ")} (known are ${known})`,
    };
  }
  const field = issue.path.join(".");
  if (field === "") return { field: "policy", why: "policy must be one operation_definition object" };
  return { field, why: `${field} ${issue.message}` };
}
