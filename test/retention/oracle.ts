// The design's definition of retention, written as plainly as Temporal allows and without looking at shared/retention:
// every rule looks at every backup. It is slow, and that is its virtue.
import { Temporal } from "temporal-polyfill/implementation";
import type { PlannableBackup } from "../../shared/retention/backup.ts";
import type { RetentionPolicyInput } from "../../shared/retention/policy.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

type Outcome = "keep" | "expire";

/** What must become of each backup, by id. */
export function oracle(backups: readonly PlannableBackup[], policy: RetentionPolicyInput, now_ms: number) {
  return new Map(backups.map((backup) => [backup.id, outcome(backup, backups, policy, now_ms)]));
}

function outcome(
  backup: PlannableBackup,
  all: readonly PlannableBackup[],
  policy: RetentionPolicyInput,
  now_ms: number,
): Outcome {
  const noMaximum = (policy.max_backups ?? -1) === -1;
  const noDuration = (policy.retention_duration_days ?? -1) === -1;
  if (noMaximum && noDuration) return "keep";
  const age_ms = now_ms - instant(backup).epochMilliseconds;
  if (age_ms < 0) return "keep";
  const status = backup.status ?? "available";
  if (status !== "available" && status !== "error") return "keep";
  if (!isGood(backup)) return age_ms < (policy.failed_retention_days ?? 7) * DAY_MS ? "keep" : "expire";
  if (!noDuration && age_ms < (policy.retention_duration_days ?? 0) * DAY_MS) return "keep";

  const siblings = all.filter(
    (other) =>
      other.resource_id === backup.resource_id && isGood(other) && instant(other).epochMilliseconds <= now_ms,
  );
  const newer = siblings.filter((other) => isNewer(other, backup));
  if (!noMaximum && newer.length < (policy.max_backups ?? 0)) return "keep";
  const tiers = [
    [policy.day_backups ?? 0, dayOf],
    [policy.week_backups ?? 0, weekOf],
    [policy.month_backups ?? 0, monthOf],
    [policy.year_backups ?? 0, yearOf],
  ] as const;
  const kept = tiers.some(([count, bucketOf]) => {
    if (count <= 0) return false;
    const name = (other: PlannableBackup) => bucketOf(instant(other).toZonedDateTimeISO(zoneOf(policy)));
    const own = name(backup);
    const isNewestOfBucket = !newer.some((other) => name(other) === own);
    const laterBuckets = new Set(newer.map(name));
    return isNewestOfBucket && laterBuckets.size < count;
  });
  return kept ? "keep" : "expire";
}

export function isGood({ status, children }: Pick<PlannableBackup, "status" | "children">): boolean {
  return (status ?? "available") === "available" && (children ?? []).every(isGood);
}

/** The moment a backup was made, to the microsecond. */
export function instant({ created_at }: PlannableBackup): Temporal.Instant {
  const hasZone = /(Z|[+-]\d\d:\d\d)$/.test(created_at);
  return Temporal.Instant.from(hasZone ? created_at : `${created_at}Z`);
}

export function isNewer(one: PlannableBackup, other: PlannableBackup): boolean {
  const order = Temporal.Instant.compare(instant(one), instant(other));
  return order === 0 ? one.id > other.id : order > 0;
}

function zoneOf({ timezone = "UTC" }: RetentionPolicyInput): string {
  return timezone.replace(/^UTC(?=[+-])/, "");
}

function dayOf(time: Temporal.ZonedDateTime): string {
  return time.toPlainDate().toString();
}

function weekOf(time: Temporal.ZonedDateTime): string {
  return `${time.yearOfWeek}-W${String(time.weekOfYear).padStart(2, "0")}`;
}

function monthOf(time: Temporal.ZonedDateTime): string {
  return time.toPlainDate().toPlainYearMonth().toString();
}

function yearOf(time: Temporal.ZonedDateTime): string {
  return String(time.year);
}
