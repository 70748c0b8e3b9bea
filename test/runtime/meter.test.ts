import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { createMeter, METER_SERVICE } from "../../shared/lambda/meter.ts";

const line = z.looseObject({
  service: z.string(),
  project: z.string(),
  _aws: z.object({
    CloudWatchMetrics: z.tuple([
      z.object({ Namespace: z.string(), Dimensions: z.array(z.array(z.string())) }),
    ]),
  }),
});

let written: string[];
beforeEach(() => {
  written = [];
  vi.stubEnv("POWERTOOLS_METRICS_NAMESPACE", "Vigil");
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const lines = () => written.map((text) => line.parse(JSON.parse(text)));

test("values of one project are one line, its counts summed, under the dimensions that alarms read", () => {
  const meter = createMeter();
  meter.add([
    { project: "one", name: "ApiCalls", value: 1 },
    { project: "two", name: "ApiCalls", value: 5 },
    { project: "one", name: "ApiCalls", value: 2 },
    { project: "one", name: "ApiLatency", value: 7 },
  ]);
  meter.flush();
  expect(lines()).toMatchObject([
    { service: METER_SERVICE, project: "one", ApiCalls: 3, ApiLatency: 7 },
    { service: METER_SERVICE, project: "two", ApiCalls: 5 },
  ]);
  for (const { _aws } of lines())
    expect(_aws.CloudWatchMetrics[0].Dimensions).toEqual([["service", "project"]]);
});

test("no line has more values of a metric than CloudWatch takes, none is lost, and each names its project", () => {
  const meter = createMeter();
  const all = Array.from({ length: 250 }, (_, value) => value);
  meter.add([{ project: "one", name: "ApiCalls", value: 250 }]);
  meter.add(all.map((value) => ({ project: "one", name: "ApiLatency", value })));
  meter.flush();
  const latencies = lines().map(({ ApiLatency }) => z.array(z.number()).parse(ApiLatency));
  expect(latencies.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(latencies.flat()).toEqual(all);
  expect(lines().map(({ project }) => project)).toEqual(["one", "one", "one"]);
});

test("a line that is exactly full is followed by no warning, and what was flushed is not written again", () => {
  const meter = createMeter();
  meter.add(Array.from({ length: 100 }, () => ({ project: "one", name: "ApiLatency", value: 1 })));
  meter.flush();
  meter.flush();
  expect(written).toHaveLength(1);
});
