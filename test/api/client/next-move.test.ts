import { expect, test } from "vitest";
import { createClient } from "../../../shared/api/client.ts";
import {
  answer,
  connect,
  failure,
  impatientClock,
  makeThing,
  serve,
  showThing,
  switchThing,
} from "./support.ts";

const THING = { thing: { id: "t", name: "n" } };
const path = { thing_id: "t" };

/** Serves the given answers one after the other, the last one for ever, and counts the requests. */
async function script(
  ...answers: readonly (readonly [status: number, body: unknown, headers?: Record<string, string>])[]
) {
  let requests = 0;
  const server = await serve((_request, response) => {
    const next = answers[Math.min(requests, answers.length - 1)];
    requests += 1;
    if (next === undefined) response.destroy();
    else answer(response, next[0], next[1], next[2]);
  });
  return { ...server, requests: () => requests };
}

test.for([
  { status: 500, body: {}, code: "HTTP.500" },
  { status: 502, body: "<html>bad gateway</html>", code: "HTTP.502" },
  { status: 503, body: {}, code: "HTTP.503" },
  { status: 504, body: { error_code: "APIGW.0203", error_msg: "Backend timeout." }, code: "APIGW.0203" },
  { status: 408, body: {}, code: "HTTP.408" },
])(
  "after $status a call that is not safe to repeat is ambiguous and sent once",
  async ({ status, body, code }) => {
    await using server = await script([status, body]);
    await using connection = await connect(server.origin, { clock: impatientClock });
    const client = createClient({ makeThing }, connection);
    const error = await failure(client.makeThing({ body: { thing: { name: "n" } } }));
    expect(error).toMatchObject({
      status,
      code,
      next: "ambiguous",
      operation: "makeThing",
      throttled: false,
    });
    expect(server.requests()).toBe(1);
  },
);

test.for([500, 502, 503, 504, 408])("after %i a call that is safe to repeat is repeated", async (status) => {
  await using server = await script([status, {}], [status, {}], [200, THING]);
  await using connection = await connect(server.origin, { clock: impatientClock });
  expect(await createClient({ showThing }, connection).showThing({ path })).toEqual(THING);
  expect(server.requests()).toBe(3);
});

test("a repeatable call gives up after its attempts, and says that it may be tried again", async () => {
  await using server = await script([503, {}]);
  await using connection = await connect(server.origin, { clock: impatientClock });
  const error = await failure(createClient({ showThing }, connection).showThing({ path }, { attempts: 3 }));
  expect(error).toMatchObject({ status: 503, next: "retry" });
  expect(server.requests()).toBe(3);
});

test("a documented code that says it had no effect makes a failed POST safe to send again", async () => {
  await using server = await script(
    [500, { error_code: "APIGW.0605", error_msg: "Domain name resolution failed." }],
    [201, THING],
  );
  await using connection = await connect(server.origin, { clock: impatientClock });
  expect(await createClient({ makeThing }, connection).makeThing({ body: { thing: { name: "n" } } })).toEqual(
    THING,
  );
  expect(server.requests()).toBe(2);
});

test("a task in progress is something to wait for, with the documented measure", async () => {
  await using server = await script([
    400,
    { error_code: "BackupService.6125", error_msg: "A backup task is in progress." },
    { "x-request-id": "req-1" },
  ]);
  await using connection = await connect(server.origin);
  const error = await failure(
    createClient({ makeThing }, connection).makeThing({ body: { thing: { name: "n" } } }),
  );
  expect(error).toMatchObject({
    status: 400,
    code: "BackupService.6125",
    next: "wait",
    requestId: "req-1",
    measure: "Perform backups after the current backup task is complete.",
  });
  expect(error.message).toContain("A backup task is in progress.");
  expect(server.requests()).toBe(1);
});

test.for([
  {
    status: 404,
    body: { error_code: "APIGW.0101", error_msg: "no such API", request_id: "r" },
    code: "APIGW.0101",
    said: "no such API",
  },
  {
    status: 403,
    body: { error: { code: 403, message: "forbidden", title: "Forbidden" } },
    code: "403",
    said: "forbidden",
  },
  { status: 400, body: { badRequest: { code: 400, message: "bad" } }, code: "400", said: "bad" },
  {
    status: 409,
    body: { error_code: "Never.Heard.Of", error_msg: "odd" },
    code: "Never.Heard.Of",
    said: "odd",
  },
  { status: 400, body: "not json", code: "HTTP.400", said: "no message" },
  { status: 302, body: {}, code: "HTTP.302", said: "no message" },
])("$status with code $code is given up", async ({ status, body, code, said }) => {
  await using server = await script([status, body]);
  await using connection = await connect(server.origin);
  const error = await failure(createClient({ showThing }, connection).showThing({ path }));
  expect(error).toMatchObject({ status, code, next: "give-up" });
  expect(error.message).toContain(said);
  expect(server.requests()).toBe(1);
});

test("a success that is not JSON is ambiguous, even for a call that is safe to repeat", async () => {
  await using server = await serve((_request, response) => response.end('{"thing":'));
  await using connection = await connect(server.origin);
  const error = await failure(createClient({ showThing }, connection).showThing({ path }));
  expect(error).toMatchObject({ status: 200, code: "UNREADABLE", next: "ambiguous" });
});

test("a success of another shape is ambiguous and names the place, not the value", async () => {
  await using server = await script([201, { thing: { id: 7, name: "confidential" } }]);
  await using connection = await connect(server.origin);
  const error = await failure(
    createClient({ makeThing }, connection).makeThing({ body: { thing: { name: "n" } } }),
  );
  expect(error).toMatchObject({ status: 201, code: "UNREADABLE", next: "ambiguous" });
  expect(error.message).toContain("thing.id");
  expect(error.message).not.toContain("confidential");
});

test("a success with an empty body where one is promised is ambiguous", async () => {
  await using server = await script([200, undefined]);
  await using connection = await connect(server.origin);
  const error = await failure(createClient({ showThing }, connection).showThing({ path }));
  expect(error).toMatchObject({ code: "UNREADABLE", next: "ambiguous" });
});

test.for([
  { code: "HSS.0013", next: "give-up" },
  { code: "HSS.1006", next: "ambiguous" },
  { code: "Nobody.Knows", next: "ambiguous" },
])("an error $code hidden in a success is an error, next: $next", async ({ code, next }) => {
  await using server = await script([200, { error_code: code, error_msg: "hidden" }]);
  await using connection = await connect(server.origin);
  const client = createClient({ switchThing }, connection);
  const error = await failure(client.switchThing({ path, headers: { region: "eu-de" }, body: { on: true } }));
  expect(error).toMatchObject({ status: 200, code, next });
  expect(error.message).toContain("hidden");
  expect(server.requests()).toBe(1);
});

test("a code of zero in a success is a success", async () => {
  await using server = await script([200, { error_code: "0", error_msg: "" }]);
  await using connection = await connect(server.origin);
  const client = createClient({ switchThing }, connection);
  const given = await client.switchThing({ path, headers: { region: "eu-de" }, body: { on: true } });
  expect(given.error_code).toBe("0");
});
