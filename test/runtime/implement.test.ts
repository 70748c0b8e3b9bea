import { expect, test } from "vitest";
import * as z from "zod";
import { defineEvent } from "../../events/define.ts";
import { systemRandom } from "../../shared/core/random.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";
import type { Invocation, Platform } from "../../shared/lambda/deps.ts";
import { implement, implementAddress, implementTogether } from "../../shared/lambda/implement.ts";
import { exampleEstate } from "../infra/example-estate.ts";
import { manualClock } from "../provider/support.ts";

const number = {
  version: 1,
  schema: z.strictObject({ number: z.number() }),
  example: { number: 1 },
} as const;
const numberSeen = defineEvent({ ...number, name: "number.seen" });
const numberSent = defineEvent({ ...number, name: "number.sent" });

const unopened = (what: string) => (): never => {
  throw new Error(`${what} was opened, and no definition asks for it`);
};

/** A platform that opens nothing but the queues; it notes what is sent. */
function platform() {
  const sent: string[] = [];
  const opened: Platform = {
    ...{ clock: manualClock(0), random: systemRandom, estate: async () => exampleEstate },
    ...{ ledger: unopened("the ledger"), provider: unopened("the provider"), page: unopened("the page") },
    ...{
      notifier: unopened("the topic"),
      publisher: unopened("the bucket"),
      deployment: unopened("the name"),
    },
    queue: ({ name }) => ({
      send: async (messages) => void sent.push(...messages.map(({ body }) => `${name} ${body}`)),
    }),
  };
  return { sent, opened };
}

function invocation() {
  const heard: unknown[] = [];
  const { signal } = new AbortController();
  const told: Invocation = {
    ...{ id: "one", signal, share: () => signal, report: () => {}, measureNow: () => {} },
    measured: (measures) => void heard.push(...measures),
    malformed: (index) => void heard.push(index),
  };
  return { heard, told };
}

const common = { description: "An example", timeout_s: 1, memory_mb: 128 } as const;
const queue = { queue: "numbers", batchSize: 10, window_s: 1, attempts: 5 } as const;

test("a job is given what its definition asks for, and nothing else is opened", async () => {
  const definition = defineFunction({
    ...{ ...common, name: "each", sends: [numberSent], measures: ["SlotsPlanned"] },
    trigger: { on: "queue", event: numberSeen, works: "each", ...queue },
  });
  const { open } = implement(
    definition,
    async ({ number }, deps) => {
      await deps.queueOf(numberSent).send([{ body: numberSent.create({ number: number + 1 }) }]);
      return Object.keys(deps).sort();
    },
    { measure: (given) => [{ name: "SlotsPlanned", value: given.length > 0 ? 1 : 0 }] },
  );
  const { sent, opened } = platform();
  const { heard, told } = invocation();
  const each = open(opened);
  if (each.works !== "each") throw new Error("they are worked on one by one");
  const result = await each.handle(numberSeen.create({ number: 1 }), told);
  expect(result).toContain("queueOf");
  for (const name of ["ledger", "provider", "publisher", "page", "deployment"])
    expect(result).not.toContain(name);
  expect(sent).toEqual([`number.sent ${numberSent.create({ number: 2 })}`]);
  expect(heard).toEqual([{ name: "SlotsPlanned", value: 1 }]);
});

test("of messages that are worked on together those that are no such event are broken alone", async () => {
  const definition = defineFunction({
    ...{ ...common, name: "together" },
    trigger: { on: "queue", event: numberSeen, works: "together", ...queue },
  });
  const seen: number[] = [];
  const { open } = implementTogether(definition, async (events) => {
    seen.push(...events.map(({ number }) => number));
    return { broken: [1] };
  });
  const opened = open(platform().opened);
  const { heard, told } = invocation();
  const messages = ["no JSON", numberSeen.create({ number: 1 }), "{}", numberSeen.create({ number: 2 })];
  if (opened.works !== "together") throw new Error("they are worked on together");
  expect(await opened.handle(messages, told)).toEqual({ broken: [0, 2, 3] });
  expect([seen, heard]).toEqual([
    [1, 2],
    [0, 2],
  ]);
  expect(await opened.handle(["no JSON"], told)).toEqual({ broken: [0] });
  expect(seen).toEqual([1, 2]);
});

test("a request that is none is answered with 400, and the job does not hear of it", async () => {
  const definition = defineFunction({
    ...{ ...common, name: "address" },
    trigger: { on: "url", event: numberSeen, concurrency: () => 1 },
  });
  const { open } = implementAddress(definition, async ({ number }) => ({ status: 200 + number }));
  const opened = open(platform().opened);
  if (opened.works !== "answers") throw new Error("it answers");
  expect(await opened.handle("no request", invocation().told)).toEqual({ status: 400 });
  expect(await opened.handle(numberSeen.create({ number: 4 }), invocation().told)).toEqual({ status: 204 });
});
