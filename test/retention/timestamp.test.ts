import fc from "fast-check";
import { Temporal } from "temporal-polyfill/implementation";
import { expect, test } from "vitest";
import { TimestampReader } from "../../shared/retention/timestamp.ts";
import { RUNS } from "./arbitraries.ts";

function read(text: string): { time: string; microseconds: number } | undefined {
  const reader = new TimestampReader();
  if (!reader.read(text)) return undefined;
  return { time: new Date(reader.time_ms).toISOString(), microseconds: reader.microseconds };
}

test.each([
  ["2020-02-23T01:00:32Z", "2020-02-23T01:00:32.000Z", 0],
  ["2020-02-23T01:00:32", "2020-02-23T01:00:32.000Z", 0],
  ["2020-02-23 01:00:32", "2020-02-23T01:00:32.000Z", 0],
  ["2019-05-10T07:59:12.733403", "2019-05-10T07:59:12.733Z", 403],
  ["2019-05-10T07:59:12.733403Z", "2019-05-10T07:59:12.733Z", 403],
  ["2019-05-10T07:59:12.9", "2019-05-10T07:59:12.900Z", 0],
  ["2019-05-10T07:59:12.999999999Z", "2019-05-10T07:59:12.999Z", 999],
  ["2019-05-10T07:59:12+08:00", "2019-05-09T23:59:12.000Z", 0],
  ["2019-05-10T07:59:12.000001-03:30", "2019-05-10T11:29:12.000Z", 1],
  ["2019-05-10T00:00:00+23:59", "2019-05-09T00:01:00.000Z", 0],
  ["2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z", 0],
  ["2024-12-31T00:00:00Z", "2024-12-31T00:00:00.000Z", 0],
  ["0100-01-01T00:00:00Z", "0100-01-01T00:00:00.000Z", 0],
  ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z", 0],
  ["1969-12-31T23:59:59.000001", "1969-12-31T23:59:59.000Z", 1],
])("%s is a time", (text, time, microseconds) => {
  expect(read(text)).toEqual({ time, microseconds });
});

test.each([
  "",
  "2020-02-23",
  "2020-02-23T01:00",
  "2020-02-23T01:00:3",
  "2020-02-23T01:00:32.",
  "2020-02-23T01:00:32.Z",
  "2020-02-23T01:00:32.5x",
  "2020-02-23T01:00:32z",
  "2020-02-23T01:00:32 ",
  "2020-02-23T01:00:32+08",
  "2020-02-23T01:00:32+0800",
  "2020-02-23T01:00:32+08:0",
  "2020-02-23T01:00:32+08:00Z",
  "2020-02-23T01:00:32+08.00",
  "2020-02-23T01:00:32*08:00",
  "2020-02-23T01:00:32+24:00",
  "2020-02-23T01:00:32+08:60",
  "2020-02-23T01:00:32+0x:00",
  "2020-02-23T01:00:32+08:0x",
  "2020-02-23t01:00:32Z",
  "2020/02-23T01:00:32Z",
  "2020-02/23T01:00:32Z",
  "2020-02-23T01.00:32Z",
  "2020-02-23T01:00.32Z",
  "2020-00-23T01:00:32Z",
  "2020-13-23T01:00:32Z",
  "2020-02-00T01:00:32Z",
  "2020-02-30T01:00:32Z",
  "2023-02-29T01:00:32Z",
  "2020-04-31T01:00:32Z",
  "2020-12-32T01:00:32Z",
  "2020-02-23T24:00:32Z",
  "2020-02-23T01:60:32Z",
  "2020-02-23T01:00:60Z",
  "0099-02-23T01:00:32Z",
  "x020-02-23T01:00:32Z",
  "202x-02-23T01:00:32Z",
  "2020-x2-23T01:00:32Z",
  "2020-0x-23T01:00:32Z",
  "2020-02-x3T01:00:32Z",
  "2020-02-2xT01:00:32Z",
  "2020-02-23Tx1:00:32Z",
  "2020-02-23T0x:00:32Z",
  "2020-02-23T01:x0:32Z",
  "2020-02-23T01:0x:32Z",
  "2020-02-23T01:00:x2Z",
  "2020-02-23T01:00:3xZ",
  "2020-02-23T01:00:/2Z",
  "2020-02-23T01:00:3:Z",
  "-020-02-23T01:00:32Z",
])("%j is none", (text) => {
  expect(read(text)).toBeUndefined();
});

test("times are read as Temporal reads them", () => {
  const text = fc
    .tuple(
      fc.date({ min: new Date("0100-01-02"), max: new Date("9999-12-30"), noInvalidDate: true }),
      fc.stringMatching(/^(\.\d{1,9})?$/),
      fc.stringMatching(/^(Z|[+-](0\d|1\d|2[0-3]):[0-5]\d)$/),
    )
    .map(([date, fraction, zone]) => `${date.toISOString().slice(0, 19)}${fraction}${zone}`);
  fc.assert(
    fc.property(text, (written) => {
      const reader = new TimestampReader();
      expect(reader.read(written)).toBe(true);
      const nanoseconds = Temporal.Instant.from(written).epochNanoseconds;
      const ours = BigInt(reader.time_ms) * 1000n + BigInt(reader.microseconds);
      const floor = nanoseconds >= 0n ? nanoseconds / 1000n : -((999n - nanoseconds) / 1000n);
      expect(ours).toBe(floor);
    }),
    RUNS,
  );
});
