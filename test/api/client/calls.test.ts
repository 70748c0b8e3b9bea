import { expect, test } from "vitest";
import { createClient } from "../../../shared/api/client.ts";
import { answer, connect, deleteThing, makeThing, readBody, serve, showThing } from "./support.ts";

test("a call sends its encoded path, sorted query and headers, and gives the parsed answer", async () => {
  const seen: { url?: string | undefined; headers?: Record<string, unknown> } = {};
  await using server = await serve((request, response) => {
    seen.url = request.url;
    seen.headers = request.headers;
    answer(response, 200, { thing: { id: "t", name: "n", more: 1 } });
  });
  await using connection = await connect(server.origin);
  const client = createClient({ showThing }, connection);
  const given = await client.showThing({
    path: { thing_id: "a/../b c" },
    query: { status: ["b", "a"], name: "ü&=", limit: 5 },
  });
  expect(given).toEqual({ thing: { id: "t", name: "n", more: 1 } });
  expect(seen.url).toBe("/v3/project-1/things/a%2F..%2Fb%20c?limit=5&name=%C3%BC%26%3D&status=a&status=b");
  expect(seen.headers).toMatchObject({
    "content-type": "application/json",
    "accept-encoding": "gzip",
    "x-project-id": "project-1",
    "x-sdk-date": expect.stringMatching(/^\d{8}T\d{6}Z$/),
    authorization: expect.stringMatching(
      /^SDK-HMAC-SHA256 Access=AKEXAMPLE, SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature=[0-9a-f]{64}$/,
    ),
  });
});

test("a body travels as JSON, and an operation without an answer gives undefined", async () => {
  const bodies: string[] = [];
  await using server = await serve(async (request, response) => {
    bodies.push(await readBody(request));
    if (request.method === "DELETE") answer(response, 204, undefined);
    else answer(response, 201, { thing: { id: "t", name: "n" } });
  });
  await using connection = await connect(server.origin);
  const client = createClient({ makeThing, deleteThing }, connection);
  await client.makeThing({ body: { thing: { name: "nightly" } } });
  expect(await client.deleteThing({ path: { thing_id: "t" } })).toBeUndefined();
  expect(bodies).toEqual(['{"thing":{"name":"nightly"}}', ""]);
});
