import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { Agent, Pool } from "undici";
import { expect, test } from "vitest";
import { createClient } from "../../../shared/api/client.ts";
import type { Dispatch } from "../../../shared/api/exchange.ts";
import {
  answer,
  connect,
  failure,
  impatientClock,
  ManualClock,
  makeThing,
  serve,
  showThing,
} from "./support.ts";

const THING = { thing: { id: "t", name: "n" } };
const path = { thing_id: "t" };
const body = { thing: { name: "n" } };

/** A port on which nobody listens. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

test("a refused connection had no effect: even a POST is tried again", async () => {
  const attempts: number[] = [];
  await using connection = await connect(await closedPort(), {
    clock: impatientClock,
    hooks: { request: ({ attempt }) => attempts.push(attempt) },
  });
  const error = await failure(createClient({ makeThing }, connection).makeThing({ body }));
  expect(error).toMatchObject({ status: undefined, code: "NOT_CONNECTED", next: "retry" });
  expect(error.message).toContain("ECONNREFUSED");
  expect(attempts).toEqual([1, 2, 3, 4]);
});

test("a connection lost after sending leaves a POST ambiguous, and it is sent once", async () => {
  let requests = 0;
  await using server = await serve((request) => {
    requests += 1;
    request.socket.resetAndDestroy();
  });
  await using connection = await connect(server.origin, { clock: impatientClock });
  const error = await failure(createClient({ makeThing }, connection).makeThing({ body }));
  expect(error).toMatchObject({ code: "CONNECTION_LOST", next: "ambiguous" });
  expect(requests).toBe(1);
});

test("a connection lost after sending lets a GET be sent again", async () => {
  let requests = 0;
  await using server = await serve((request, response) => {
    requests += 1;
    if (requests < 3) request.socket.resetAndDestroy();
    else answer(response, 200, THING);
  });
  await using connection = await connect(server.origin, { clock: impatientClock });
  expect(await createClient({ showThing }, connection).showThing({ path })).toEqual(THING);
  expect(requests).toBe(3);
});

test("a connection lost in the middle of the answer leaves a POST ambiguous", async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(201, { "content-length": "1000" });
    response.write('{"thing":', () => response.destroy());
  });
  await using connection = await connect(server.origin);
  const error = await failure(createClient({ makeThing }, connection).makeThing({ body }));
  expect(error).toMatchObject({ status: 201, code: "CONNECTION_LOST", next: "ambiguous" });
});

test("a deadline that passes after sending leaves a POST ambiguous, and closes its connection", async () => {
  const clock = new ManualClock();
  const arrived = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  await using server = await serve((request) => {
    request.socket.once("close", () => closed.resolve());
    arrived.resolve();
  });
  await using connection = await connect(server.origin, { clock });
  const call = failure(createClient({ makeThing }, connection).makeThing({ body }, { deadline_ms: 5_000 }));
  await arrived.promise;
  clock.advance(5_000);
  expect(await call).toMatchObject({ code: "TIMEOUT", next: "ambiguous", status: undefined });
  await closed.promise;
  expect(clock.pending).toBe(0);
});

test("a deadline that passes in the queue of a busy pool had no effect", async () => {
  const clock = new ManualClock();
  const arrived = Promise.withResolvers<void>();
  const urls: (string | undefined)[] = [];
  await using server = await serve((request) => {
    urls.push(request.method);
    arrived.resolve();
  });
  const pool = new Agent({ connections: 1, pipelining: 1 });
  await using connection = await connect(server.origin, { clock, dispatcher: pool });
  const client = createClient({ makeThing, showThing }, connection);
  const first = failure(client.showThing({ path }, { deadline_ms: 60_000, attempts: 1 }));
  await arrived.promise;
  const second = failure(client.makeThing({ body }, { deadline_ms: 5_000 }));
  clock.advance(5_000);
  expect(await second).toMatchObject({ code: "TIMEOUT", next: "retry" });
  clock.advance(55_000);
  expect(await first).toMatchObject({ code: "TIMEOUT", next: "retry" });
  await pool.close();
  expect(urls).toEqual(["GET"]);
});

test("a call that is cancelled before it is sent had no effect; after it, a POST is ambiguous", async () => {
  const arrived = Promise.withResolvers<void>();
  let requests = 0;
  await using server = await serve(() => {
    requests += 1;
    arrived.resolve();
  });
  await using connection = await connect(server.origin);
  const client = createClient({ makeThing }, connection);
  const early = await failure(client.makeThing({ body }, { signal: AbortSignal.abort() }));
  expect(early).toMatchObject({ code: "ABORTED", next: "retry" });
  expect(requests).toBe(0);
  const controller = new AbortController();
  const late = failure(client.makeThing({ body }, { signal: controller.signal }));
  await arrived.promise;
  controller.abort();
  expect(await late).toMatchObject({ code: "ABORTED", next: "ambiguous" });
});

test("the connection's own signal ends every call", async () => {
  const controller = new AbortController();
  const arrived = Promise.withResolvers<void>();
  await using server = await serve(() => arrived.resolve());
  await using connection = await connect(server.origin, { signal: controller.signal });
  const call = failure(createClient({ showThing }, connection).showThing({ path }));
  await arrived.promise;
  controller.abort();
  expect(await call).toMatchObject({ code: "ABORTED", next: "retry" });
});

test("a compressed answer is read, in whatever pieces and letters it comes", async () => {
  const thing = { thing: { id: "t", name: "日本🦊".repeat(50_000) } };
  const zipped = gzipSync(JSON.stringify(thing));
  const plain = Buffer.from(JSON.stringify(thing));
  await using server = await serve((request, response) => {
    const compressed = request.url?.endsWith("zipped") ?? false;
    const bytes = compressed ? zipped : plain;
    response.writeHead(200, compressed ? { "content-encoding": "gzip" } : {});
    for (let at = 0; at < bytes.length; at += 40_001) response.write(bytes.subarray(at, at + 40_001));
    response.end();
  });
  await using connection = await connect(server.origin);
  const client = createClient({ showThing }, connection);
  expect(await client.showThing({ path: { thing_id: "zipped" } })).toEqual(thing);
  expect(await client.showThing({ path: { thing_id: "plain" } })).toEqual(thing);
});

test.for([
  { name: "plain", headers: {}, bytes: Buffer.alloc(300_000, 32), code: "TOO_LARGE" },
  {
    name: "compressed",
    headers: { "content-encoding": "gzip" },
    bytes: gzipSync(Buffer.alloc(300_000, 32)),
    code: "TOO_LARGE",
  },
  {
    name: "not what it says",
    headers: { "content-encoding": "gzip" },
    bytes: Buffer.from("{}"),
    code: "UNREADABLE",
  },
  {
    name: "in a coding nobody asked for",
    headers: { "content-encoding": "br" },
    bytes: Buffer.from("{}"),
    code: "UNREADABLE",
  },
])("an answer that is too large or unreadable ($name) ends as $code", async ({ headers, bytes, code }) => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    response.writeHead(200, headers);
    response.end(bytes);
  });
  await using connection = await connect(server.origin, { defaults: { maximumAnswer_bytes: 200_000 } });
  const error = await failure(createClient({ showThing }, connection).showThing({ path }));
  expect(error).toMatchObject({ status: 200, code, next: "ambiguous" });
  expect(requests).toBe(1);
});

test("calls one after the other keep their connections", async () => {
  const sockets = new Set();
  await using server = await serve((request, response) => {
    sockets.add(request.socket);
    answer(response, 200, THING);
  });
  await using connection = await connect(server.origin);
  const client = createClient({ showThing }, connection);
  for (let call = 0; call < 20; call += 1) await client.showThing({ path });
  // The next call may start before undici has put the first connection back: two in turn.
  expect(sockets.size).toBeLessThanOrEqual(2);
});

test("undici's own Pool serves as a dispatcher", async () => {
  await using server = await serve((_request, response) => answer(response, 200, THING));
  const pool = new Pool(server.origin);
  await using connection = await connect(server.origin, { dispatcher: pool });
  expect(await createClient({ showThing }, connection).showThing({ path })).toEqual(THING);
  await pool.close();
});

test("any object with undici's dispatch serves as a dispatcher", async () => {
  const seen: unknown[] = [];
  const controller = { aborted: false, paused: false, reason: null, abort() {}, pause() {}, resume() {} };
  const dispatcher: Dispatch = {
    dispatch({ origin, method, path, headers, body }, handler) {
      seen.push({ origin, method, path, headers, body });
      handler.onRequestStart?.(controller, {});
      handler.onResponseStart?.(controller, 100, {});
      handler.onResponseStart?.(controller, 200, {});
      handler.onResponseData?.(controller, Buffer.from(JSON.stringify(THING)));
      handler.onResponseEnd?.(controller, {});
      return true;
    },
  };
  await using connection = await connect("http://127.0.0.1:9", { dispatcher });
  expect(await createClient({ showThing }, connection).showThing({ path })).toEqual(THING);
  expect(seen).toEqual([
    {
      origin: "http://127.0.0.1:9",
      method: "GET",
      path: "/v3/project-1/things/t",
      headers: expect.objectContaining({ host: "127.0.0.1:9", authorization: expect.any(String) }),
      body: null,
    },
  ]);
});

test("a dispatcher that throws sent nothing", async () => {
  const dispatcher: Dispatch = {
    dispatch() {
      throw new TypeError("closed");
    },
  };
  await using connection = await connect("http://127.0.0.1:9", { dispatcher, clock: impatientClock });
  const error = await failure(createClient({ makeThing }, connection).makeThing({ body }));
  expect(error).toMatchObject({ code: "NOT_CONNECTED", next: "retry" });
});

test("a token as long as IAM may make it fits into an answer's header", async () => {
  const token = "M".repeat(40_000);
  await using server = await serve((_request, response) =>
    answer(response, 200, THING, { "x-subject-token": token }),
  );
  await using connection = await connect(server.origin);
  const {
    status,
    headers,
    body: given,
  } = await createClient({ showThing }, connection).showThing.answer({ path });
  expect([status, headers["x-subject-token"], given]).toEqual([200, token, THING]);
});

test("undici is loaded in one place only, and of it only the Agent", async () => {
  const folder = new URL("../../../shared/", import.meta.url);
  const names = (await readdir(folder, { recursive: true })).filter((name) => /(?<!\.d)\.tsx?$/.test(name));
  const loading: string[] = [];
  for (const name of names) {
    const source = await readFile(new URL(name, folder), "utf8");
    const atRunTime = source.replace(/^import type .*$/gm, "");
    for (const [, module] of atRunTime.matchAll(/["'](undici(?:\/[^"']*)?)["']/g))
      loading.push(`${name}: ${module}`);
  }
  expect(loading).toEqual(["api/pool.ts: undici/lib/dispatcher/agent.js"]);
});
