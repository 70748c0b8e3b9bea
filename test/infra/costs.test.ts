import { describe, expect, test } from "vitest";
import {
  ANSWER_S,
  noUsage,
  sumUsage,
  type Usage,
  usageOfCall,
  usageOfEvent,
} from "../../infra/tools/costs/count.ts";
import { costOf, monthOf } from "../../infra/tools/costs/month.ts";
import { prices } from "../../infra/tools/costs/prices.ts";

const usage = (some: Partial<Usage>): Usage => ({ ...noUsage, ...some });
const settings = { memory_gb: () => 2, speed: 100 };
const at_ms = 0;

describe("what is counted", () => {
  test.each([
    ["dynamodb:PutItem", 1500, 0, { dynamodb_write_units: 4 }],
    ["dynamodb:Query", 0, 9000, { dynamodb_read_units: 3 }],
    ["dynamodb:GetItem", 0, 2, { dynamodb_read_units: 1 }],
    ["sqs:SendMessage", 1, 1, { sqs_requests: 1 }],
    ["sns:Publish", 1, 1, { sns_publishes: 1 }],
    ["secretsmanager:GetSecretValue", 1, 1, { secrets_calls: 1 }],
  ])("%s with %i bytes, answered with %i", (action, request_bytes, answer_bytes, counted) => {
    const call = { accessKeyId: "A", accesses: [{ action, resource: "arn" }], request_bytes, answer_bytes };
    expect(usageOfCall(call)).toEqual(counted);
  });

  test("a run counts by real time and memory, its calls of the provider by the time their answers would take", () => {
    const ended = { type: "function-ended", function: "f", request_id: "r", duration_ms: 50_000 } as const;
    expect(usageOfEvent({ at_ms, ...ended }, settings)).toEqual({ invocations: 1, gb_seconds: 1 });
    const line = '{"ApiCalls":3}';
    expect(usageOfEvent({ at_ms, type: "log", function: "f", line }, settings)).toEqual({
      ...{ log_bytes: line.length, provider_calls: 3 },
      gb_seconds: 3 * ANSWER_S * 2,
    });
  });
});

const fixedResources = { secrets: 4, metrics: 10, alarms: 5, keys: 1, workedQueues: 2 };
const counted = (vaults: number, invocations: number) => ({
  ...{ vaults, cycle_hours: 4 },
  cycle: usage({ invocations }),
  idleHour: usage({ invocations: 10 }),
});

test("a month is thirty cycles on the line through the two that were counted, idle hours, and the polls of queues", () => {
  const month = monthOf(1000, counted(100, 1100), counted(200, 2100), fixedResources);
  expect(month.invocations).toBeCloseTo(30 * 10_100 + 600 * 10);
  expect(month.sqs_requests).toBe((2 * 5 * 720 * 3600) / 20);
});

test("what costs the same whatever is done is counted once", () => {
  const sum = (costs: Readonly<Record<string, number>>) => Object.values(costs).reduce((a, b) => a + b, 0);
  const { secret_month, metric_month, alarm_month, key_month } = prices;
  const fixed = 4 * secret_month + 10 * metric_month + 5 * alarm_month + key_month;
  expect(sum(costOf(noUsage, fixedResources))).toBeCloseTo(fixed);
  const twice = sumUsage([[usage({ sqs_requests: 1_000_000 }), 2]]);
  expect(sum(costOf(twice, fixedResources)) - fixed).toBeCloseTo(2_000_000 * prices.sqs_request);
});
