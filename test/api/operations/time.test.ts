import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cbr } from "../../../shared/api/operations/all.ts";
import { parseScheduleRule } from "../../../shared/api/operations/cbr/schedule-rule.ts";
import { formatQueryTime, parseProviderTime } from "../../../shared/api/time.ts";

const noon = Date.UTC(2019, 4, 10, 12, 0, 0);

describe("a time of the provider", () => {
  test.each([
    ["2019-05-10T12:00:00Z", noon],
    ["2019-05-10T12:00:00", noon],
    ["2019-05-10 12:00:00", noon],
    ["2019-05-10T12:00:00.733403", noon + 733],
    ["2019-05-10T12:00:00.999999", noon + 999],
    ["2019-05-10T12:00:00.5Z", noon + 500],
    ["2019-05-10T20:00:00+08:00", noon],
    ["2019-05-10T09:30:00-0230", noon],
  ])("%s is read, without a zone as UTC, microseconds floored", (text, expected) => {
    expect(parseProviderTime(text)).toBe(expected);
  });

  test.each([
    "",
    "yesterday",
    "2019-02-30T00:00:00",
    "2019-05-10",
    "2019-05-10T24:00:00Z",
    "2019-05-10T12:00:60Z",
    "0099-01-01T00:00:00Z",
  ])("%j is refused", (text) => {
    expect(() => parseProviderTime(text)).toThrow(RangeError);
  });

  test("is written as a query's filter takes it", () => {
    expect(formatQueryTime(noon + 999)).toBe("2019-05-10T12:00:00Z");
    expect(cbr.listTasks.query.parse({ start_time: formatQueryTime(noon) })).toEqual({
      start_time: "2019-05-10T12:00:00Z",
    });
  });

  test("survives writing and reading", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
        expect(parseProviderTime(formatQueryTime(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });
});

describe("a policy's rule", () => {
  test("is read in its parts", () => {
    expect(parseScheduleRule("FREQ=WEEKLY;BYDAY=SU,MO;BYHOUR=14,2;BYMINUTE=00")).toEqual({
      frequency: "WEEKLY",
      interval: 1,
      days: ["MO", "SU"],
      hours: [14, 2],
      minutes: [0],
    });
    expect(parseScheduleRule("FREQ=DAILY;INTERVAL=2;BYHOUR=14;BYMINUTE=00")?.interval).toBe(2);
  });

  test.each([
    "",
    "BYHOUR=1",
    "FREQ=DAILY;FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;BYHOUR=1;BYMINUTE=",
    `FREQ=DAILY;BYHOUR=0,1;BYMINUTE=${Array.from({ length: 13 }, (_, minute) => minute).join(",")}`,
  ])("%j is none", (text) => {
    expect(parseScheduleRule(text)).toBeUndefined();
  });
});
