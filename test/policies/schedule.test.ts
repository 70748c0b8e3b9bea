import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseScheduleRule } from "../../shared/api/operations/cbr/schedule-rule.ts";
import { compareSchedules, scheduleProblem } from "../../shared/estate/policy-schedule.ts";

const daily = (hour: number, interval = 1) => `FREQ=DAILY;INTERVAL=${interval};BYHOUR=${hour};BYMINUTE=00`;

describe("the rules of a policy", () => {
  test.each([
    [["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=14;BYMINUTE=00"]],
    [["FREQ=DAILY;INTERVAL=1;BYHOUR=14;BYMINUTE=00"]],
    [["FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=30"]],
    [[daily(1), daily(13)]],
  ])("may be %j", (rules) => {
    expect(scheduleProblem(rules)).toBeUndefined();
  });

  test.each([
    [["FREQ=MONTHLY;BYHOUR=1;BYMINUTE=0"], /is not a rule/],
    [["FREQ=DAILY;BYHOUR=24;BYMINUTE=0"], /is not a rule/],
    [["FREQ=DAILY;COUNT=3;BYHOUR=1;BYMINUTE=0"], /is not a rule/],
    [["FREQ=WEEKLY;BYDAY=XX;BYHOUR=1;BYMINUTE=0"], /is not a rule/],
    [["FREQ=DAILY;BYHOUR=1"], /names no time/],
    [["FREQ=WEEKLY;BYHOUR=1;BYMINUTE=0"], /names no day/],
    [["FREQ=DAILY;BYHOUR=1;BYMINUTE=0,30"], /less than an hour apart/],
    [[daily(1), "FREQ=DAILY;BYHOUR=1;BYMINUTE=59"], /less than an hour apart/],
    // Sunday's last and Monday's first.
    [
      ["FREQ=WEEKLY;BYDAY=SU;BYHOUR=23;BYMINUTE=30", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=0;BYMINUTE=0"],
      /hour apart/,
    ],
    [Array.from({ length: 25 }, () => daily(1)), /25 rules/],
  ])("may not be %j", (rules, problem) => {
    expect(scheduleProblem(rules)).toMatch(problem);
  });

  test("that pass have at most 24 times on any day, each an hour from the next", () => {
    const text = fc.record({ hours: fc.uniqueArray(fc.nat(23), { minLength: 1 }), minute: fc.nat(59) });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), (parts) => {
        const rules = parts.map(
          ({ hours, minute }) => `FREQ=DAILY;BYHOUR=${hours.join(",")};BYMINUTE=${minute}`,
        );
        const times = rules.flatMap((rule) => {
          const { hours = [], minutes = [] } = parseScheduleRule(rule) ?? {};
          return hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
        });
        const sorted = [...new Set(times)].sort((a, b) => a - b);
        const gaps = sorted.map((time, index) => (sorted[index + 1] ?? (sorted[0] ?? 0) + 1440) - time);
        const fine = sorted.length <= 24 && gaps.every((gap) => gap >= 60);
        expect(scheduleProblem(rules) === undefined).toBe(fine);
      }),
      { numRuns: 500 },
    );
  });
});

describe("two schedules", () => {
  test("are the same however they are written", () => {
    const weekly = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=14;BYMINUTE=00";
    expect(compareSchedules([weekly], ["FREQ=DAILY;INTERVAL=1;BYHOUR=14;BYMINUTE=0"])).toBe("same");
    expect(compareSchedules([daily(1), daily(2)], ["FREQ=DAILY;BYHOUR=2,1;BYMINUTE=0"])).toBe("same");
    expect(compareSchedules(["?"], ["?"])).toBe("same");
  });

  test("differ by more times, or by others", () => {
    expect(compareSchedules([daily(1), daily(2)], [daily(1)])).toBe("more");
    expect(compareSchedules([daily(1)], [daily(1), daily(2)])).toBe("other");
    expect(compareSchedules([daily(1)], [daily(2)])).toBe("other");
    expect(compareSchedules([daily(1)], [daily(1, 2)])).toBe("more");
    expect(compareSchedules([daily(1, 2)], [daily(1)])).toBe("other");
    // Every second day and every fourth day need not fall on the same days.
    expect(compareSchedules([daily(1, 2)], [daily(1, 4)])).toBe("other");
  });
});
