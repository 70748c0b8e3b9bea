import fc from "fast-check";
import { Temporal } from "temporal-polyfill/implementation";
import { expect, test } from "vitest";
import { ZoneOffsets } from "../../shared/retention/zone.ts";
import { RUNS, TEN_ZONES } from "./arbitraries.ts";

const HOUR_MS = 3_600_000;
const SPRING_MS = Date.UTC(2026, 2, 29, 1);
const AUTUMN_MS = Date.UTC(2026, 9, 25, 1);

test("the new offset holds from the very moment of a transition, whatever was asked before", () => {
  const times = [SPRING_MS - 1, SPRING_MS, AUTUMN_MS - 1, AUTUMN_MS];
  const expected = [1, 2, 2, 1].map((hours) => hours * HOUR_MS);
  const forward = new ZoneOffsets("Europe/Berlin");
  expect(times.map((time) => forward.at(time))).toEqual(expected);
  const backward = new ZoneOffsets("Europe/Berlin");
  expect(times.toReversed().map((time) => backward.at(time))).toEqual(expected.toReversed());
  expect(times.map((time) => backward.at(time))).toEqual(expected);
});

test.each([
  ["UTC", 0],
  ["UTC+00:00", 0],
  ["UTC+05:59", 5 * HOUR_MS + 59 * 60_000],
  ["UTC-11:30", -11.5 * HOUR_MS],
])("%s never changes", (zone, offset_ms) => {
  const offsets = new ZoneOffsets(zone);
  expect([0, SPRING_MS, AUTUMN_MS, -SPRING_MS].map((time) => offsets.at(time))).toEqual(
    Array.from({ length: 4 }, () => offset_ms),
  );
});

test("offsets are Temporal's, at any times in any order", () => {
  const times = fc.array(fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2050, 0, 1) }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.constantFrom(...TEN_ZONES), times, (zone, asked) => {
      const offsets = new ZoneOffsets(zone);
      for (const time of asked) {
        const local = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone);
        expect(offsets.at(time)).toBe(local.offsetNanoseconds / 1e6);
      }
    }),
    RUNS,
  );
});
