import { expect, test } from "vitest";
import { concurrencyFor, publicConcurrency } from "../../infra/flows/concurrency.ts";
import { exampleEstate } from "./example-estate.ts";

const withRate = (calls: number, per_seconds: number) => ({
  projects: exampleEstate.projects.map((project) => ({
    ...project,
    rates: { ...project.rates, cbr: { calls, per_seconds } },
  })),
});

test.each([
  // Two projects with ten calls a second each, two seconds for a message.
  [600, 60, { atOnce: 1 }, 40],
  [600, 60, { atOnce: 1, share: 0.5 }, 20],
  [600, 60, { atOnce: 10 }, 4],
  // The least that AWS accepts, and not all that an account has.
  [200, 300, { atOnce: 10 }, 2],
  [10_000, 1, { atOnce: 1 }, 50],
])("%i calls in %i s: as many invocations as use them up", (calls, per_seconds, pace, expected) => {
  expect(concurrencyFor(withRate(calls, per_seconds), "cbr", pace)).toBe(expected);
});

test("the public address has a few invocations of its own, and none where no topic is named", () => {
  expect(publicConcurrency(exampleEstate)).toBe(0);
  const [project] = exampleEstate.projects;
  if (!project) throw new Error("the example has a project");
  const notifications = { topics: ["urn:smn:eu-de:0123456789abcdef:traces"], roots: [] };
  const named = { ...project, instances: { ...project.instances, notifications } };
  expect(publicConcurrency({ projects: [project, named] })).toBe(5);
});
