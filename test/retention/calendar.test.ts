import fc from "fast-check";
import { Temporal } from "temporal-polyfill/implementation";
import { describe, expect, test } from "vitest";
import { Calendar, tiers } from "../../shared/retention/calendar.ts";
import { planRetention } from "../../shared/retention/plan.ts";
import type { RetentionPolicyInput } from "../../shared/retention/policy.ts";
import { RUNS, TEN_ZONES } from "./arbitraries.ts";

/** A backup of one server for each moment, called after it. */
function madeAt(...moments: readonly string[]) {
  return moments.map((created_at) => ({ id: created_at, resource_id: "server", created_at }));
}

/** Which of the moments are kept, and by which tiers, with no other rule to keep them. */
function kept(moments: readonly string[], policy: RetentionPolicyInput, now = "2030-01-01T00:00:00Z") {
  const decisions = planRetention({
    backups: madeAt(...moments),
    policy: { max_backups: 1, ...policy },
    now,
  });
  return Object.fromEntries(
    decisions.filter(({ action }) => action === "keep").map(({ id, reasons }) => [id, reasons]),
  );
}

describe("days of 23 and 25 hours", () => {
  test("a spring day in Berlin ends after 23 hours", () => {
    const moments = [
      "2026-03-28T22:59:59Z",
      "2026-03-28T23:00:00Z",
      "2026-03-29T21:59:59Z",
      "2026-03-29T22:00:00Z",
    ];
    expect(kept(moments, { day_backups: 9, timezone: "Europe/Berlin" })).toEqual({
      "2026-03-28T22:59:59Z": ["newest of day 2026-03-28"],
      "2026-03-29T21:59:59Z": ["newest of day 2026-03-29"],
      "2026-03-29T22:00:00Z": ["the newest", "newest of day 2026-03-30"],
    });
  });

  test("an autumn day in Berlin ends after 25 hours, and its doubled hour is told apart", () => {
    const moments = [
      "2026-10-24T22:00:00Z",
      "2026-10-25T00:30:00Z",
      "2026-10-25T01:30:00Z",
      "2026-10-25T22:59:59Z",
      "2026-10-25T23:00:00Z",
    ];
    expect(kept(moments, { day_backups: 9, timezone: "Europe/Berlin" })).toEqual({
      "2026-10-25T22:59:59Z": ["newest of day 2026-10-25"],
      "2026-10-25T23:00:00Z": ["the newest", "newest of day 2026-10-26"],
    });
    expect(kept(moments.slice(0, 3), { day_backups: 9, timezone: "Europe/Berlin" })).toEqual({
      "2026-10-25T01:30:00Z": ["the newest", "newest of day 2026-10-25"],
    });
  });

  test("a duration is so many times 24 hours, whatever the clocks did", () => {
    const moments = ["2026-03-28T22:30:00Z", "2026-03-28T22:30:00.001000", "2026-03-29T22:30:00Z"];
    const policy = { retention_duration_days: 1, timezone: "Europe/Berlin" };
    expect(kept(moments, policy, "2026-03-29T22:30:00Z")).toEqual({
      "2026-03-28T22:30:00.001000": ["younger than 1 day"],
      "2026-03-29T22:30:00Z": ["the newest", "younger than 1 day"],
    });
  });

  test("where clocks go back over midnight, a tier still keeps the newest backup", () => {
    // St John's, 7 November 2010: at 00:01 the clocks went back to 23:01 of the day before.
    const moments = ["2010-11-07T02:30:30Z", "2010-11-07T02:45:00Z"];
    expect(kept(moments, { day_backups: 1, timezone: "America/St_Johns" })).toEqual({
      "2010-11-07T02:45:00Z": ["the newest", "newest of day 2010-11-06"],
    });
    expect(kept(moments, { day_backups: 2, timezone: "America/St_Johns" })).toEqual({
      "2010-11-07T02:30:30Z": ["newest of day 2010-11-07"],
      "2010-11-07T02:45:00Z": ["the newest", "newest of day 2010-11-06"],
    });
    const later = [...moments, "2010-11-07T04:00:00Z"];
    expect(kept(later, { day_backups: 2, timezone: "America/St_Johns" })).toEqual({
      "2010-11-07T02:45:00Z": ["newest of day 2010-11-06"],
      "2010-11-07T04:00:00Z": ["the newest", "newest of day 2010-11-07"],
    });
  });

  test("a day that a zone left out is not missed", () => {
    const moments = ["2011-12-30T09:00:00Z", "2011-12-30T11:00:00Z"];
    expect(kept(moments, { day_backups: 2, timezone: "Pacific/Apia" })).toEqual({
      "2011-12-30T09:00:00Z": ["newest of day 2011-12-29"],
      "2011-12-30T11:00:00Z": ["the newest", "newest of day 2011-12-31"],
    });
  });
});

describe("weeks and years", () => {
  test("week 53 of 2026 ends on Sunday, 3 January 2027", () => {
    const moments = [
      "2026-12-27T12:00:00Z",
      "2026-12-28T12:00:00Z",
      "2026-12-31T12:00:00Z",
      "2027-01-03T12:00:00Z",
      "2027-01-04T12:00:00Z",
    ];
    expect(kept(moments, { week_backups: 9, timezone: "UTC" })).toEqual({
      "2026-12-27T12:00:00Z": ["newest of week 2026-W52"],
      "2027-01-03T12:00:00Z": ["newest of week 2026-W53"],
      "2027-01-04T12:00:00Z": ["the newest", "newest of week 2027-W01"],
    });
  });

  test("a fixed offset moves the end of the year", () => {
    const moments = ["2025-12-31T15:59:59Z", "2025-12-31T16:00:00Z"];
    expect(kept(moments, { year_backups: 5, month_backups: 5, timezone: "UTC+08:00" })).toEqual({
      "2025-12-31T15:59:59Z": ["newest of month 2025-12", "newest of year 2025"],
      "2025-12-31T16:00:00Z": ["the newest", "newest of month 2026-01", "newest of year 2026"],
    });
    expect(Object.keys(kept(moments, { year_backups: 5, timezone: "UTC-11:30" }))).toEqual([
      "2025-12-31T16:00:00Z",
    ]);
  });

  test.each(TEN_ZONES)("the year ends at local midnight in %s", (timezone) => {
    const midnight = Temporal.ZonedDateTime.from(`2026-01-01T00:00:00[${timezone}]`).toInstant();
    const last = midnight.subtract({ milliseconds: 1 }).toString();
    const first = midnight.toString();
    const policy = { day_backups: 9, month_backups: 9, year_backups: 9, timezone };
    expect(kept([last, first], policy)).toEqual({
      [last]: ["newest of day 2025-12-31", "newest of month 2025-12", "newest of year 2025"],
      [first]: ["the newest", "newest of day 2026-01-01", "newest of month 2026-01", "newest of year 2026"],
    });
  });
});

test("days, weeks, months and years are named as Temporal names them, at any time, in any zone", () => {
  const time_ms = fc.integer({ min: Date.UTC(1950, 0, 1), max: Date.UTC(2100, 0, 1) });
  fc.assert(
    fc.property(fc.constantFrom(...TEN_ZONES), fc.array(time_ms, { maxLength: 5 }), (zone, times) => {
      const calendar = new Calendar(zone);
      for (const time of times) {
        const day = calendar.dayAt(time);
        const local = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone);
        const names = tiers.map(({ field, name }) => [field, name(day.number)]);
        expect(Object.fromEntries(names)).toMatchObject({
          day_backups: local.toPlainDate().toString(),
          week_backups: `${local.yearOfWeek}-W${String(local.weekOfYear).padStart(2, "0")}`,
          month_backups: local.toPlainDate().toPlainYearMonth().toString(),
          year_backups: String(local.year),
        });
      }
    }),
    RUNS,
  );
});
