import fc from "fast-check";
import type { PlannableBackup } from "../../shared/retention/backup.ts";
import type { RetentionPolicyInput } from "../../shared/retention/policy.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How often each property is tried. Mutation testing configures fewer; nothing else does. */
export const RUNS = { numRuns: fc.readConfigureGlobal().numRuns ?? 1_000 };

/** Zones that differ in what is hard: half hours, double summer time, midnight changes, the date line, none at all. */
export const TEN_ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "America/Sao_Paulo",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Kiritimati",
  "Africa/Casablanca",
  "Antarctica/Troll",
] as const;

const FIXED_ZONES = ["UTC", "UTC+08:00", "UTC-11:30", "UTC+14:00"] as const;

const zones = fc.constantFrom(...TEN_ZONES, ...FIXED_ZONES);

/** Moments where calendars are tricky; backups are made around them. */
const ANCHORS_MS = [
  Date.UTC(2010, 10, 7, 2, 31), // St John's set its clocks back over midnight
  Date.UTC(2011, 11, 30, 10), // Apia had no 30 December
  Date.UTC(2018, 10, 4, 3), // a midnight that São Paulo skipped
  Date.UTC(2020, 11, 31, 23), // week 53 of 2020
  Date.UTC(2024, 1, 29, 12),
  Date.UTC(2026, 2, 29, 1), // Europe's clocks go forward
  Date.UTC(2026, 9, 25, 1), // and back
  Date.UTC(2026, 11, 31, 23), // week 53 of 2026
] as const;

/** A moment, and the span around it in which the backups of one run lie. */
export const scenes = fc.record({
  now_ms: fc
    .tuple(fc.constantFrom(...ANCHORS_MS), fc.integer({ min: -2 * DAY_MS, max: 40 * DAY_MS }))
    .map(([anchor, offset]) => anchor + offset),
  span_ms: fc.constantFrom(2 * HOUR_MS, 3 * DAY_MS, 40 * DAY_MS, 500 * DAY_MS, 2000 * DAY_MS),
});
type Scene = typeof scenes extends fc.Arbitrary<infer S> ? S : never;

const goodStatus = fc.constantFrom("available", undefined, null);
const anyStatus = fc.constantFrom(
  "available",
  "available",
  "available",
  undefined,
  "error",
  "deleting",
  "protecting",
);
const children = fc.option(
  fc.array(fc.record({ status: fc.constantFrom("available", "available", "error") }), { maxLength: 2 }),
  { nil: undefined },
);

/** The provider's ways of writing a time: whole seconds, microseconds, with and without a zone. */
function written(microseconds: boolean) {
  return fc
    .tuple(fc.integer({ min: 0, max: microseconds ? 3 : 0 }), fc.constantFrom("", "Z", "+00:00"))
    .map(([extra_us, zone]) => (time_ms: number) => {
      const text = new Date(time_ms).toISOString();
      const seconds = text.slice(0, 19);
      return time_ms % 1000 === 0 && extra_us === 0
        ? `${seconds}${zone}`
        : `${text.slice(0, 23)}00${extra_us}${zone}`;
    });
}

function backupIn({ now_ms, span_ms }: Scene, onlyGood: boolean): fc.Arbitrary<Omit<PlannableBackup, "id">> {
  // Whole hours and few milliseconds, so that equal times and exact ages happen often.
  const age_ms = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -Math.floor(span_ms / 50), max: span_ms }) },
    {
      weight: 3,
      arbitrary: fc.integer({ min: 0, max: Math.ceil(span_ms / HOUR_MS) }).map((n) => n * HOUR_MS),
    },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 40 }).map((n) => n * DAY_MS) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, -1) },
  );
  return fc.record({
    resource_id: fc.constantFrom("server", "server", "volume"),
    created_at: fc.tuple(age_ms, written(true)).map(([age, write]) => write(now_ms - age)),
    status: onlyGood ? goodStatus : anyStatus,
    children: onlyGood ? fc.constant(undefined) : children,
  });
}

const IDS = Array.from({ length: 60 }, (_, number) => (number * 37).toString(16));

/** Backups with distinct ids, in no order. */
export function backupsIn(
  scene: Scene,
  { onlyGood = false, minLength = 0 } = {},
): fc.Arbitrary<PlannableBackup[]> {
  return fc
    .tuple(
      fc.array(backupIn(scene, onlyGood), { minLength, maxLength: 30 }),
      fc.shuffledSubarray(IDS, { minLength: 30, maxLength: 30 }),
    )
    .map(([backups, ids]) => backups.map((backup, index) => ({ ...backup, id: ids[index] ?? "" })));
}

const tier = fc.constantFrom(0, 0, 1, 2, 3, 5, 100, -1);

/** Policies in which every rule is in force now and then. */
export const policies: fc.Arbitrary<RetentionPolicyInput> = fc.record(
  {
    max_backups: fc.constantFrom(-1, 1, 2, 3, 7, 99_999),
    retention_duration_days: fc.constantFrom(-1, 1, 2, 7, 30, 99_999),
    day_backups: tier,
    week_backups: tier,
    month_backups: tier,
    year_backups: tier,
    timezone: zones,
    failed_retention_days: fc.constantFrom(1, 7, 30),
  },
  { requiredKeys: ["timezone"] },
);

/** A policy with at least one of the two rules without which everything is kept. */
export const policiesInForce = policies.filter(
  (policy) => (policy.max_backups ?? -1) > 0 || (policy.retention_duration_days ?? -1) > 0,
);
