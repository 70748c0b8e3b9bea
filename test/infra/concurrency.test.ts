import { expect, test } from "vitest";
import { definition as creating } from "../../functions/create-checkpoint/definition.ts";
import { definition as ingesting } from "../../functions/ingest-notification/definition.ts";
import { concurrencyOf } from "../../infra/stack/derive.ts";
import { exampleEstate } from "./example-estate.ts";

const withRate = (calls: number, per_seconds: number) => ({
  projects: exampleEstate.projects.map((project) => ({
    ...project,
    rates: { ...project.rates, cbr: { calls, per_seconds } },
  })),
});

test.each([
  // Two projects with ten calls a second each, two seconds for a message.
  [600, 60, { atOnce: 1, share: 1 }, 40],
  [600, 60, { atOnce: 1, share: 0.5 }, 20],
  [600, 60, { atOnce: 10, share: 1 }, 4],
  // The least that AWS accepts, and not all that an account has.
  [200, 300, { atOnce: 10, share: 1 }, 2],
  [10_000, 1, { atOnce: 1, share: 1 }, 50],
])(
  "%i calls in %i s: as many invocations as use them up",
  (calls, per_seconds, { atOnce, share }, expected) => {
    const definition = {
      provider: { ...creating.provider, share: { name: "part", share } },
      trigger: { ...creating.trigger, batchSize: atOnce },
    };
    expect(concurrencyOf(definition, withRate(calls, per_seconds))).toBe(expected);
  },
);

test("messages that are worked on together are one at a time", () => {
  const together = {
    provider: creating.provider,
    trigger: { ...creating.trigger, works: "together" },
  } as const;
  expect(concurrencyOf(together, withRate(600, 60))).toBe(40);
});

test("a function that calls no provider has the least", () => {
  expect(concurrencyOf({ trigger: creating.trigger }, withRate(600, 60))).toBe(2);
});

test("the public address has a few invocations of its own, and none where no topic is named", () => {
  expect(ingesting.trigger.concurrency(exampleEstate)).toBe(0);
  const [project] = exampleEstate.projects;
  if (!project) throw new Error("the example has a project");
  const notifications = { topics: ["urn:smn:eu-de:0123456789abcdef:traces"], roots: [] };
  const named = { ...project, instances: { ...project.instances, notifications } };
  expect(ingesting.trigger.concurrency({ ...exampleEstate, projects: [project, named] })).toBe(5);
});
