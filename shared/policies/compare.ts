import { compareSchedules } from "../estate/policy-schedule.ts";
import { limits, type PolicyState, type Retention, retentionFields, tiers } from "./state.ts";

/** One field of a policy that is not what the estate says. */
export interface Drift {
  /** For example `retention.max_backups`, `schedule` or `enabled`. */
  readonly field: string;
  readonly wanted: string;
  readonly actual: string;
  /**
   * What setting it would do to protection: `lengthens` it (or leaves it as it is), `shortens` it (or may), or
   * `disables` the policy.
   */
  readonly effect: "lengthens" | "shortens" | "disables";
}

/** What is to be done about a policy. */
interface PolicyPlan {
  /** Every difference. Empty: nothing is to be sent. */
  readonly drift: readonly Drift[];
  /** The policy with all that lengthens protection, and nothing else, set; the actual one when there is nothing. */
  readonly fixed: PolicyState;
  /** What waits for somebody's approval. */
  readonly pending: readonly Drift[];
}

/**
 * Compares a policy with what the estate says, field by field. Pure. Only what keeps at least every backup that is kept
 * now, and takes at least every backup that is taken now, may be set without asking.
 */
export function comparePolicy(wanted: PolicyState, actual: PolicyState): PolicyPlan {
  const drift = [
    ...compareEnabled(wanted, actual),
    ...compareRetention(wanted.retention, actual.retention),
    ...compareSchedule(wanted, actual),
  ];
  const mendable = drift.filter(({ effect }) => effect === "lengthens");
  return {
    drift,
    fixed: merge(wanted, actual, new Set(mendable.map(({ field }) => field))),
    pending: drift.filter(({ effect }) => effect !== "lengthens"),
  };
}

function compareEnabled(wanted: PolicyState, actual: PolicyState): Drift[] {
  if (wanted.enabled === actual.enabled) return [];
  const effect = wanted.enabled ? "lengthens" : "disables";
  return [{ field: "enabled", wanted: String(wanted.enabled), actual: String(actual.enabled), effect }];
}

function compareSchedule(wanted: PolicyState, actual: PolicyState): Drift[] {
  const relation = compareSchedules(wanted.schedule, actual.schedule);
  if (relation === "same") return [];
  const text = (rules: readonly string[]) => rules.join(" + ");
  // Where only so many backups are kept, more of them reach less far back.
  const counted = wanted.retention.max_backups > 0 || actual.retention.max_backups > 0;
  const effect = relation === "more" && !counted ? "lengthens" : "shortens";
  return [{ field: "schedule", wanted: text(wanted.schedule), actual: text(actual.schedule), effect }];
}

type RetentionField = keyof Retention;

function compareRetention(wanted: Retention, actual: Retention): Drift[] {
  const differs = retentionFields.filter((field) =>
    // The estate need not say how often a backup is a full one.
    field === "full_backup_interval" && wanted[field] === null ? false : wanted[field] !== actual[field],
  );
  const whole = keepsAtLeast(wanted, actual);
  return differs.map((field) => ({
    field: `retention.${field}`,
    wanted: String(wanted[field]),
    actual: String(actual[field]),
    effect: whole || grows(field, wanted, actual) ? "lengthens" : "shortens",
  }));
}

const isLimited = (retention: Retention) => limits.some((name) => retention[name] > 0);

/** Whether every backup that `less` keeps is kept by `more`, whatever the backups are. */
function keepsAtLeast(more: Retention, less: Retention): boolean {
  // The provider's rule: without either limit everything is kept, whatever the tiers say.
  if (!isLimited(more)) return true;
  if (!isLimited(less)) return false;
  return (
    limits.every((name) => less[name] < 0 || more[name] >= less[name]) &&
    tiers.every((name) => less[name] === 0 || (more[name] >= less[name] && more.timezone === less.timezone))
  );
}

/** Whether setting this one field, and no other, keeps at least what is kept now. */
function grows(field: RetentionField, wanted: Retention, actual: Retention): boolean {
  if (field === "full_backup_interval") return true;
  if (field === "timezone") return actual.timezone === null;
  // A limit that is no longer in force keeps more only when the other one is not either: `keepsAtLeast` of the whole.
  if (limits.some((limit) => limit === field && wanted[limit] < 0)) return false;
  const value = { ...actual, [field]: wanted[field] };
  // A tier needs a zone; while none is in force the wanted one comes along.
  if (actual.timezone === null) value.timezone = wanted.timezone;
  return keepsAtLeast(value, actual);
}

function merge(wanted: PolicyState, actual: PolicyState, fields: ReadonlySet<string>): PolicyState {
  const pick = <Value>(field: string, ours: Value, theirs: Value) => (fields.has(field) ? ours : theirs);
  const { retention: ours } = wanted;
  const { retention: theirs } = actual;
  const of = <Name extends RetentionField>(name: Name) => pick(`retention.${name}`, ours[name], theirs[name]);
  return {
    enabled: pick("enabled", wanted.enabled, actual.enabled),
    schedule: pick("schedule", wanted.schedule, actual.schedule),
    retention: {
      max_backups: of("max_backups"),
      retention_duration_days: of("retention_duration_days"),
      day_backups: of("day_backups"),
      week_backups: of("week_backups"),
      month_backups: of("month_backups"),
      year_backups: of("year_backups"),
      timezone: of("timezone"),
      full_backup_interval: of("full_backup_interval"),
    },
  };
}
