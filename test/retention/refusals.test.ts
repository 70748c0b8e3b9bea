import { describe, expect, test } from "vitest";
import { planRetention } from "../../shared/retention/plan.ts";
import { parseRetentionPolicy } from "../../shared/retention/policy.ts";
import { RetentionRefusal } from "../../shared/retention/refusal.ts";

const NOW = "2026-11-20T08:00:00Z";
const GOOD = { id: "b1", resource_id: "server", created_at: "2026-11-19T01:00:00Z" };

/** What the planner throws, for input that may be of any shape, as it is when it comes from a file. */
function refusal(question: { backups?: unknown; policy?: unknown; now?: unknown }): RetentionRefusal {
  try {
    Reflect.apply(planRetention, undefined, [
      { backups: [GOOD], policy: { max_backups: 1 }, now: NOW, ...question },
    ]);
  } catch (error) {
    if (error instanceof RetentionRefusal) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("a policy is refused, by the name of its field, for", () => {
  const zone = { timezone: "UTC" };
  test.each([
    ["no newest backups", { max_backups: 0 }, "max_backups"],
    ["fewer than none", { max_backups: -2 }, "max_backups"],
    ["too many", { max_backups: 100_000 }, "max_backups"],
    ["half a backup", { max_backups: 1.5 }, "max_backups"],
    ["a number in quotes", { max_backups: "7" }, "max_backups"],
    ["no number", { max_backups: null }, "max_backups"],
    ["not a number", { max_backups: Number.NaN }, "max_backups"],
    ["for ever", { max_backups: Number.POSITIVE_INFINITY }, "max_backups"],
    ["no days", { retention_duration_days: 0 }, "retention_duration_days"],
    ["negative days", { retention_duration_days: -30 }, "retention_duration_days"],
    ["three hundred years", { retention_duration_days: 100_000 }, "retention_duration_days"],
    ["days in words", { retention_duration_days: "thirty" }, "retention_duration_days"],
    ["101 days", { day_backups: 101, ...zone }, "day_backups"],
    ["101 weeks", { week_backups: 101, ...zone }, "week_backups"],
    ["101 months", { month_backups: 101, ...zone }, "month_backups"],
    ["101 years", { year_backups: 101, ...zone }, "year_backups"],
    ["-2 days", { day_backups: -2, ...zone }, "day_backups"],
    ["half a week", { week_backups: 0.5, ...zone }, "week_backups"],
    ["a boolean", { month_backups: true, ...zone }, "month_backups"],
    ["days without a zone", { day_backups: 1 }, "timezone"],
    ["weeks without a zone", { week_backups: 1 }, "timezone"],
    ["months without a zone", { max_backups: 3, month_backups: 1 }, "timezone"],
    ["years without a zone", { max_backups: 3, year_backups: 1 }, "timezone"],
    ["a planet", { timezone: "Mars/Phobos" }, "timezone"],
    ["a bare offset", { timezone: "+08:00" }, "timezone"],
    ["a short offset", { timezone: "UTC+8" }, "timezone"],
    ["a day of offset", { timezone: "UTC+24:00" }, "timezone"],
    ["an offset nobody has", { timezone: "UTC-14:01" }, "timezone"],
    ["61 minutes", { timezone: "UTC+01:61" }, "timezone"],
    ["60 minutes", { timezone: "UTC+01:60" }, "timezone"],
    ["something before an offset", { timezone: "XUTC+01:00" }, "timezone"],
    ["something after an offset", { timezone: "UTC+01:00:00" }, "timezone"],
    ["a whole timestamp", { timezone: "2026-01-01T00:00[Europe/Berlin]" }, "timezone"],
    ["a moment in UTC", { timezone: "2026-01-01T00:00Z" }, "timezone"],
    ["a zone in spaces", { timezone: " Europe/Berlin" }, "timezone"],
    ["no zone at all", { timezone: "" }, "timezone"],
    ["a number for a zone", { timezone: 8 }, "timezone"],
    ["an interval below -1", { full_backup_interval: -2 }, "full_backup_interval"],
    ["an interval above 100", { full_backup_interval: 101 }, "full_backup_interval"],
    ["failed backups kept for no time", { failed_retention_days: 0 }, "failed_retention_days"],
    ["failed backups kept for less", { failed_retention_days: -1 }, "failed_retention_days"],
    ["failed backups kept for ages", { failed_retention_days: 100_000 }, "failed_retention_days"],
    ["a field of another kind", { hour_backups: 3 }, "hour_backups"],
    ["a misspelt field", { max_backup: 3 }, "max_backup"],
    ["the whole policy", { policy: { max_backups: 3 } }, "policy"],
  ])("%s", (_, fields, field) => {
    const error = refusal({ policy: fields });
    expect(error.field).toBe(field);
    expect(error.message).toContain(field);
    expect(error.message).toMatch(/^the retention policy is refused: [^\n]+$/);
  });

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["a list", [{ max_backups: 1 }]],
    ["a text", "max_backups: 1"],
  ])("%s", (_, policy) => {
    expect(refusal({ policy })).toMatchObject({
      field: "policy",
      message: "the retention policy is refused: policy must be one operation_definition object",
    });
  });
});

test("the refusal says what would be right", () => {
  const said = (policy: object) =>
    refusal({ policy }).message.replace("the retention policy is refused: ", "");
  expect(said({ max_backups: 0 })).toBe(
    "max_backups must be -1 (not in force) or a whole number from 1 to 99999",
  );
  expect(said({ day_backups: 101, timezone: "UTC" })).toBe(
    "day_backups must be -1 or 0 (not in force) or a whole number up to 100",
  );
  expect(said({ timezone: "Berlin" })).toBe(
    "timezone must be an IANA time zone such as Europe/Berlin, or UTC±hh:mm such as UTC+08:00",
  );
  expect(said({ timezone: 1 })).toBe(said({ timezone: "Berlin" }));
  expect(said({ max_backups: "1" })).toBe(said({ max_backups: 0 }));
  expect(said({ day_backups: 3, year_backups: 1 })).toBe(
    "timezone is missing: day_backups, year_backups cannot be counted without a time zone",
  );
  expect(said({ full_backup_interval: 101 })).toBe(
    "full_backup_interval must be a whole number from -1 to 100",
  );
  expect(said({ failed_retention_days: 0 })).toBe(
    "failed_retention_days must be a whole number from 1 to 99999",
  );
  expect(said({ hourly: 1, minutely: 2 })).toBe(
    "unknown field hourly, minutely (known are max_backups, retention_duration_days, day_backups, week_backups, " +
      "month_backups, year_backups, timezone, full_backup_interval, failed_retention_days)",
  );
  expect(refusal({ policy: { hourly: 1, minutely: 2 } }).field).toBe("hourly, minutely");
  expect(said({ max_backups: 0, retention_duration_days: 0 })).toBe(
    "max_backups must be -1 (not in force) or a whole number from 1 to 99999; " +
      "retention_duration_days must be -1 (not in force) or a whole number from 1 to 99999",
  );
});

describe("a policy is accepted with", () => {
  test.each([
    ["nothing in force", {}],
    ["the provider's defaults", { max_backups: -1, retention_duration_days: -1 }],
    [
      "the largest numbers",
      { max_backups: 99_999, retention_duration_days: 99_999, failed_retention_days: 99_999 },
    ],
    ["the smallest numbers", { max_backups: 1, retention_duration_days: 1, failed_retention_days: 1 }],
    [
      "full tiers",
      { day_backups: 100, week_backups: 100, month_backups: 100, year_backups: 100, timezone: "UTC" },
    ],
    ["tiers that are not in force, without a zone", { day_backups: 0, week_backups: -1, month_backups: 0 }],
    ["a zone without tiers", { max_backups: 1, timezone: "UTC+08:00" }],
    ["the offsets at the ends of the earth", { timezone: "UTC-14:00" }],
    ["an odd offset", { timezone: "UTC+05:45" }],
    ["an old name", { timezone: "Etc/GMT+5" }],
    ["an underscore", { timezone: "America/Argentina/Buenos_Aires" }],
    ["the provider's interval", { max_backups: 1, full_backup_interval: -1 }],
    ["the largest interval", { max_backups: 1, full_backup_interval: 100 }],
  ])("%s", (_, policy) => {
    expect(parseRetentionPolicy(policy)).toMatchObject(policy);
  });

  test("what it leaves out filled in, and can be read again", () => {
    const policy = parseRetentionPolicy({});
    expect(policy).toEqual({
      max_backups: -1,
      retention_duration_days: -1,
      day_backups: 0,
      week_backups: 0,
      month_backups: 0,
      year_backups: 0,
      failed_retention_days: 7,
    });
    expect(parseRetentionPolicy(policy)).toEqual(policy);
  });
});

describe("backups are refused, by field and id, for", () => {
  test.each([
    ["no date", { id: "b2", resource_id: "server" }, "created_at", "backup b2 has no created_at"],
    ["an empty date", { ...GOOD, id: "b2", created_at: "" }, "created_at", "backup b2 has no created_at"],
    ["null for a date", { ...GOOD, id: "b2", created_at: null }, "created_at", "backup b2 has no created_at"],
    [
      "a number for a date",
      { ...GOOD, id: "b2", created_at: 1_700_000_000 },
      "created_at",
      "backup b2 has no created_at",
    ],
    [
      "words for a date",
      { ...GOOD, id: "b2", created_at: "yesterday" },
      "created_at",
      'backup b2 has a created_at that is no timestamp: "yesterday"',
    ],
    [
      "no resource",
      { ...GOOD, id: "b2", resource_id: undefined },
      "resource_id",
      "backup b2 has no resource_id",
    ],
    [
      "a status that is a number",
      { ...GOOD, id: "b2", status: 5 },
      "status",
      "backup b2 has a status that is not a text",
    ],
    [
      "an empty status",
      { ...GOOD, id: "b2", status: "" },
      "status",
      "backup b2 has a status that is not a text",
    ],
    [
      "children that are no list",
      { ...GOOD, id: "b2", children: { status: "error" } },
      "children",
      "backup b2 has children that are not an array of backups",
    ],
    [
      "a child that is no backup",
      { ...GOOD, id: "b2", children: [null] },
      "children",
      "backup b2 has children that are not an array of backups",
    ],
    [
      "a child's status that is a number",
      { ...GOOD, id: "b2", children: [{ children: [{ status: 5 }] }] },
      "status",
      "backup b2 has a status that is not a text",
    ],
    ["an id used twice", { ...GOOD, resource_id: "volume" }, "id", "two backups have the id b1"],
  ])("%s", (_, backup, field, message) => {
    const error = refusal({ backups: [GOOD, backup] });
    expect(error).toMatchObject({ field, message, name: "RetentionRefusal", backup_id: backup.id });
  });

  test.each([
    ["no id", { ...GOOD, id: undefined }, "id", "the backup at index 1 has no id"],
    ["an empty id", { ...GOOD, id: "" }, "id", "the backup at index 1 has no id"],
    ["a number for an id", { ...GOOD, id: 7 }, "id", "the backup at index 1 has no id"],
    ["nothing", null, "backups", "what is at index 1 is not a backup"],
    ["a text", "b2", "backups", "what is at index 1 is not a backup"],
  ])("%s", (_, backup, field, message) => {
    expect(refusal({ backups: [GOOD, backup] })).toMatchObject({ field, message, backup_id: undefined });
  });

  test("something else than a list", () => {
    expect(refusal({ backups: { backups: [] } })).toMatchObject({
      field: "backups",
      message: "backups must be an array",
    });
  });

  test("a mistake far down the list, at its own index", () => {
    const many = Array.from({ length: 300 }, (_, index) => ({ ...GOOD, id: `b${index}` }));
    expect(refusal({ backups: [...many, { ...GOOD, id: "" }] }).message).toBe(
      "the backup at index 300 has no id",
    );
    expect(refusal({ backups: [...many, { ...GOOD, id: "b7" }] }).message).toBe("two backups have the id b7");
  });

  test("a mistake even where every backup would be kept", () => {
    expect(refusal({ policy: {}, backups: [GOOD, GOOD] }).field).toBe("id");
  });
});

describe("now is refused when it is", () => {
  test.each([
    ["nothing", undefined],
    ["words", "today"],
    ["not a number", Number.NaN],
    ["an invalid Date", new Date("x")],
  ])("%s", (_, now) => {
    const error = refusal({ now });
    expect(error.field).toBe("now");
    expect(error.message).toMatch(/^now must be a time such as 2026-11-20T08:00:00Z, not \S/);
  });
});
