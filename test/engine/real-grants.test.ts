import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AwsCall } from "../../infra/local/aws/request.ts";
import { eventfulNight } from "./fixtures/eventful-night.ts";
import { grantsOf, refusal, without } from "./fixtures/without-grant.ts";

/** What each function asked for, each thing once. */
const calls = new Map<string, AwsCall>();
let night: Awaited<ReturnType<typeof eventfulNight>>;

beforeAll(async () => {
  night = await eventfulNight((call) => calls.set(JSON.stringify([call.accessKeyId, call.accesses]), call));
}, 240_000);
afterAll(() => night.close());

describe("the grants of the stack", () => {
  test("allow everything that the functions do in an eventful night", () => {
    expect(calls.size).toBeGreaterThan(40);
    expect(refusal(night.engine.model, calls.values())).toBeUndefined();
    expect(night.seen("denied")).toEqual([]);
  });

  test("are each needed: without it the engine refuses something, naming the action and the resource", () => {
    const { model } = night.engine;
    const all = grantsOf(model);
    expect(all.length).toBeGreaterThan(100);
    const refusals = all.map((grant) => ({
      ...grant,
      message: refusal(without(grant, model), calls.values()),
    }));
    // A write whose answer was lost is looked up when the SDK has sent it again, which no night in one process shows;
    // test/ledger/ledger.test.ts plays it.
    const afterLostAnswer = ({ policy, action }: { policy: string; action: string }) =>
      policy.includes("ingestnotification") && action === "dynamodb:GetItem";
    const unneeded = refusals.filter((grant) => grant.message === undefined && !afterLostAnswer(grant));
    expect(unneeded.map(({ policy, action, resource }) => `${policy}: ${action} on ${resource}`)).toEqual([]);
    for (const { action, resource, message } of refusals.filter((grant) => grant.message !== undefined)) {
      expect(message).toContain(`is not authorized to perform: ${action} on resource: `);
      // Up to what stands for a name that is not known before.
      expect(message).toContain(resource.replace(/(:?\*|\?{6})$/, ""));
    }
  });
});
