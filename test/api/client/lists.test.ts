import { expect, test } from "vitest";
import * as z from "zod";
import { createClient } from "../../../shared/api/client.ts";
import { ListMoved, ListUnreadable, type Move, type UnreadableItem } from "../../../shared/api/list.ts";
import { operation } from "../../../shared/api/operation.ts";
import { answer, connect, failure, listThings, readBody, serve, thing } from "./support.ts";

const listByMarker = operation({
  ...listThings,
  name: "listByMarker",
  path: "/v3/{project_id}/things",
  list: { items: "things", item: thing, total: "count", by: "marker", maximumLimit: 1000 },
});

const anything = z.looseObject({ id: z.string() });

const listWithoutTotal = operation({
  ...listThings,
  name: "listWithoutTotal",
  path: "/v3/{project_id}/things",
  answer: z.looseObject({ things: z.array(anything) }),
  list: { items: "things", item: anything, by: "marker", maximumLimit: 1000 },
});

const listInBody = operation({
  ...listThings,
  name: "listInBody",
  method: "POST",
  path: "/v3/{project_id}/things/action",
  query: undefined,
  body: z.strictObject({
    action: z.literal("filter"),
    limit: z.int().optional(),
    offset: z.int().optional(),
  }),
  list: { items: "things", item: thing, total: "count", by: "offset", in: "body", maximumLimit: 1000 },
});

const listWhole = operation({
  ...listThings,
  name: "listWhole",
  path: "/v3/{project_id}/things",
  list: { items: "things", item: thing, total: "count", by: "none", maximumLimit: 1000 },
});

interface Thing {
  readonly id: string;
  readonly name: string;
}

function things(count: number): Thing[] {
  return Array.from({ length: count }, (_, index) => ({ id: `t${index}`, name: `thing ${index}` }));
}

/** Lists things as the provider does; `largest` is the largest page it gives, `change` runs before each answer. */
async function listing(
  all: Thing[],
  { largest = 1000, change = (_page: number) => {}, counted = true } = {},
) {
  const asked: string[] = [];
  const state = { asked, count: undefined as number | undefined, underWay: 0, mostUnderWay: 0 };
  const server = await serve(async (request, response) => {
    state.underWay += 1;
    state.mostUnderWay = Math.max(state.mostUnderWay, state.underWay);
    change(asked.length);
    const url = new URL(request.url ?? "", "http://host");
    const body = await readBody(request);
    asked.push(body === "" ? url.search : body);
    const page = body === "" ? Object.fromEntries(url.searchParams) : JSON.parse(body);
    const marker = all.findIndex(({ id }) => id === page.marker);
    const from = page.marker === undefined ? Number(page.offset ?? 0) : marker + 1;
    const found = all.slice(from, from + Math.min(largest, Number(page.limit ?? 1000)));
    state.underWay -= 1;
    answer(response, 200, { things: found, ...(counted && { count: state.count ?? all.length }) });
  });
  return { ...server, state };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const refuse = { unreadable: "refuse" } as const;
const operations = { listThings, listByMarker, listWithoutTotal, listInBody, listWhole };

test("a list is read by offset, in order, with as few calls as there are pages", async () => {
  await using server = await listing(things(2_500));
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  const found = await collect(client.listThings.all({}, refuse));
  expect(found.map(({ id }) => id)).toEqual(things(2_500).map(({ id }) => id));
  expect(server.state.asked).toEqual(["?limit=1000", "?limit=1000&offset=1000", "?limit=1000&offset=2000"]);
});

test("pages come as they are, of the size that the caller wants", async () => {
  await using server = await listing(things(5));
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  const pages = await collect(client.listThings.pages({ query: { limit: 2 } }));
  expect(pages.map(({ items, total }) => [items.length, total])).toEqual([
    [2, 5],
    [2, 5],
    [1, 5],
  ]);
});

test("an empty list is one call; a list of exactly one page too", async () => {
  for (const size of [0, 2]) {
    await using server = await listing(things(size));
    await using connection = await connect(server.origin);
    const client = createClient(operations, connection);
    expect((await collect(client.listThings.all({ query: { limit: 2 } }, refuse))).length).toBe(size);
    expect(server.state.asked.length).toBe(1);
  }
});

test("a list is read by marker, with a total and without", async () => {
  await using server = await listing(things(5));
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  const query = { limit: 2 };
  expect((await collect(client.listByMarker.all({ query }, refuse))).length).toBe(5);
  expect((await collect(client.listWithoutTotal.all({ query }, { ...refuse, pagesAhead: 1 }))).length).toBe(
    5,
  );
  const asked = ["?limit=2", "?limit=2&marker=t1", "?limit=2&marker=t3"];
  // Nothing but an empty page says that a list without a total has ended.
  expect(server.state.asked).toEqual([...asked, ...asked, "?limit=2&marker=t4"]);
});

test("a list is read from where the caller wants to begin", async () => {
  await using server = await listing(things(5));
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  const byOffset = await collect(client.listThings.all({ query: { limit: 2, offset: 3 } }, refuse));
  expect(byOffset.map(({ id }) => id)).toEqual(["t3", "t4"]);
  const byMarker = await collect(client.listByMarker.all({ query: { limit: 2, marker: "t2" } }, refuse));
  expect(byMarker.map(({ id }) => id)).toEqual(["t3", "t4"]);
});

test("paging can travel in the body", async () => {
  await using server = await listing(things(3));
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  expect(
    (await collect(client.listInBody.all({ body: { action: "filter", limit: 2 } }, refuse))).length,
  ).toBe(3);
  expect(server.state.asked).toEqual([
    '{"action":"filter","limit":2}',
    '{"action":"filter","limit":2,"offset":2}',
  ]);
});

test("a list that is not paged is read whole", async () => {
  await using server = await listing(things(3));
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  expect((await collect(client.listWhole.all({}, refuse))).length).toBe(3);
  expect(server.state.asked).toEqual([""]);
  server.state.count = 4;
  await expect(collect(client.listWhole.all({}, refuse))).rejects.toThrow(ListMoved);
});

test("pages smaller than asked for lose nothing and cost no call more, fetched ahead or not, counted or not", async () => {
  for (const { pagesAhead, counted } of [
    { pagesAhead: 0, counted: true },
    { pagesAhead: 3, counted: true },
    { pagesAhead: 0, counted: false },
    { pagesAhead: 3, counted: false },
  ]) {
    await using server = await listing(things(10), { largest: 3, counted });
    await using connection = await connect(server.origin);
    const client = createClient(operations, connection);
    const query = { limit: 4 };
    const found = await collect(client.listThings.all({ query }, { ...refuse, pagesAhead }));
    expect(found.map(({ id }) => id)).toEqual(things(10).map(({ id }) => id));
    // Fetched ahead by the limit, the second page of a capped list is asked for at a wrong place once; no later one is.
    const wrong = server.state.asked.filter((search) => /offset=(?!3$|6$|9$|10$)/.test(search));
    expect(wrong.length).toBeLessThanOrEqual(pagesAhead);
    expect(server.state.asked.length - wrong.length).toBe(counted ? 4 : 5);
  }
});

test("an item that cannot be read costs itself only: its reader and the hooks are told of it", async () => {
  const events: unknown[] = [];
  const seen: UnreadableItem[] = [];
  const odd = [{ id: "t1" }, { name: "no id" }, null];
  await using server = await serve((request, response) => {
    const offset = Number(new URL(request.url ?? "", "http://host").searchParams.get("offset") ?? 0);
    const all: unknown[] = [...things(1), ...odd, ...things(7).slice(4)];
    answer(response, 200, { things: all.slice(offset, offset + 2), count: all.length });
  });
  const hooks = { unreadable: (event: unknown) => events.push(event) };
  await using connection = await connect(server.origin, { hooks });
  const client = createClient(operations, connection);
  const unreadable = (item: UnreadableItem) => seen.push(item);
  const query = { limit: 2 };
  const found = await collect(client.listThings.all({ query }, { unreadable }));
  expect(found.map(({ id }) => id)).toEqual(["t0", "t4", "t5", "t6"]);
  expect(seen.map(({ id, raw }) => ({ id, raw }))).toEqual([
    { id: "t1", raw: odd[0] },
    { id: undefined, raw: odd[1] },
    { id: undefined, raw: null },
  ]);
  expect(seen[0]?.problem).toContain("is not as documented at name");
  expect(events).toEqual(
    seen.map(({ id, problem }) => ({ operation: "listThings", service: "cbr", id, problem })),
  );
  await expect(collect(client.listThings.all({ query }, refuse))).rejects.toBeInstanceOf(ListUnreadable);
});

test.for([
  { name: "nothing", body: "" },
  { name: "no list", body: '{"count":2}' },
  { name: "a page of HTML", body: "<html>maintenance</html>" },
  { name: "null, although there are items", body: '{"things":null,"count":2}' },
])("a successful answer with $name is no empty list", async ({ body }) => {
  await using server = await serve((_, response) => response.end(body));
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  const error = await failure(collect(client.listThings.all({}, { unreadable: () => undefined })));
  expect(error).toMatchObject({ status: 200, code: "UNREADABLE" });
});

test("null is an empty list where the total says so", async () => {
  await using server = await serve((_, response) => answer(response, 200, { things: null, count: 0 }));
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  expect(await collect(client.listThings.all({}, refuse))).toEqual([]);
});

test("pages ahead are fetched together, in order, within the bound and no further than the end", async () => {
  await using server = await listing(things(20));
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  const found = await collect(client.listThings.all({ query: { limit: 2 } }, { ...refuse, pagesAhead: 3 }));
  expect(found.map(({ id }) => id)).toEqual(things(20).map(({ id }) => id));
  expect(server.state.asked.length).toBe(10);
  expect(server.state.mostUnderWay).toBeLessThanOrEqual(4);
  for (const pagesAhead of [-1, 0.5, 17]) {
    expect(() => client.listThings.all({}, { ...refuse, pagesAhead })).toThrow("pagesAhead");
  }
});

test("a reader that stops fetches no more than it had asked for", async () => {
  await using server = await listing(things(100));
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  for await (const { id } of client.listThings.all({ query: { limit: 10 } }, refuse)) if (id === "t12") break;
  expect(server.state.asked.length).toBe(2);
});

test.for([
  {
    name: "its total changes",
    change: (all: Thing[]) => all.push({ id: "new", name: "n" }),
    said: "total changed",
  },
  {
    name: "an item moves to a later page",
    change: (all: Thing[]) => {
      all.unshift({ id: "new", name: "n" });
      all.pop();
    },
    said: "came twice",
  },
])("a list that moves while it is read ($name) is noticed", async ({ change, said }) => {
  const all = things(6);
  await using server = await listing(all, { change: (page) => void (page === 1 && change(all)) });
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  const reading = collect(client.listThings.all({ query: { limit: 2 } }, refuse));
  await expect(reading).rejects.toThrow(said);
  await expect(reading).rejects.toBeInstanceOf(ListMoved);
});

test("a list that ends before its total is noticed", async () => {
  await using server = await listing(things(3));
  server.state.count = 4;
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  await expect(collect(client.listThings.all({ query: { limit: 2 } }, refuse))).rejects.toMatchObject({
    name: "ListMoved",
    expected: 4,
    found: 3,
  });
});

test("a caller that accepts a moving list is told and reads on", async () => {
  const all = things(6);
  const moves: Move[] = [];
  await using server = await listing(all, {
    change: (page) => void (page === 1 && all.push({ id: "new", name: "n" })),
  });
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  const found = await collect(
    client.listThings.all(
      { query: { limit: 2 } },
      { ...refuse, moved: "accept", onMoved: (move) => moves.push(move) },
    ),
  );
  expect(found.length).toBe(7);
  expect(moves).toEqual([
    { operation: "listThings", expected: 6, found: 7, reason: "its total changed while it was read" },
  ]);
});

test("an error in the middle of a list reaches its reader", async () => {
  await using server = await serve((request, response) => {
    if (request.url?.includes("offset")) answer(response, 403, { error_code: "APIGW.0302" });
    else answer(response, 200, { things: things(2), count: 4 });
  });
  await using connection = await connect(server.origin);
  const client = createClient(operations, connection);
  for (const pagesAhead of [0, 2]) {
    const error = await failure(
      collect(client.listThings.all({ query: { limit: 2 } }, { ...refuse, pagesAhead })),
    );
    expect(error).toMatchObject({ status: 403, code: "APIGW.0302" });
  }
});
