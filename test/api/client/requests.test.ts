import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createClient } from "../../../shared/api/client.ts";
import { compilePath, InvalidRequest, percentEncode } from "../../../shared/api/path.ts";
import { connect, makeThing, serve, showThing, switchThing } from "./support.ts";

/** What a call refuses before it sends anything. */
async function refusal(call: () => Promise<unknown>): Promise<InvalidRequest> {
  try {
    await call();
  } catch (error) {
    if (error instanceof InvalidRequest) return error;
    throw error;
  }
  throw new Error("the call was expected to be refused");
}

test("input outside its documented range is refused before the call, with the parameter's name and limit", async () => {
  let requests = 0;
  await using server = await serve(() => {
    requests += 1;
  });
  await using connection = await connect(server.origin);
  const client = createClient({ showThing, makeThing, switchThing }, connection);
  const path = { thing_id: "t" };
  const refused = [
    await refusal(() => client.showThing({ path, query: { limit: 1001 } })),
    await refusal(() => client.showThing({ path, query: { limit: 0 } })),
    await refusal(() => client.showThing({ path: { thing_id: "" } })),
    await refusal(() => client.showThing({ path: { thing_id: "x".repeat(65) } })),
    await refusal(() => client.showThing({ path: { thing_id: ".." } })),
    await refusal(() => client.showThing({ path: { thing_id: "\ud800" } })),
    await refusal(() => client.makeThing({ body: { thing: { name: "" } } })),
    await refusal(() => client.makeThing({ body: { thing: { name: "n", size: 11 } } })),
    // @ts-expect-error a field that the documents do not have
    await refusal(() => client.makeThing({ body: { thing: { name: "n", colour: "red" } } })),
    // @ts-expect-error the body is mandatory
    await refusal(() => client.makeThing({})),
    await refusal(() => client.switchThing({ path, headers: { region: "eu\r\nx: y" }, body: { on: true } })),
  ];
  expect(refused.map(({ operation, parameter, limit }) => `${operation} ${parameter} ${limit}`)).toEqual([
    "showThing query.limit must be at most 1000",
    "showThing query.limit must be at least 1",
    "showThing path.thing_id must be at least 1 character long",
    "showThing path.thing_id must be at most 64 characters long",
    "showThing path.thing_id must not be . or ..: it would change the path",
    "showThing path.thing_id must be well-formed Unicode",
    "makeThing body.thing.name must be at least 1 character long",
    "makeThing body.thing.size must be at most 10",
    "makeThing body.thing has no field named colour",
    "makeThing body must be of type object",
    "switchThing headers.region must be printable ASCII",
  ]);
  expect(requests).toBe(0);
});

test("an account-level call without an account is refused", async () => {
  await using connection = await connect("http://127.0.0.1:9", { project: { id: "project-1" } });
  const client = createClient({ switchThing }, connection);
  const error = await refusal(() =>
    client.switchThing({ path: { thing_id: "t" }, headers: { region: "eu-de" }, body: { on: true } }),
  );
  expect(error.parameter).toBe("path.domain_id");
});

test("the refused value is not in the message: it may be a secret", async () => {
  await using connection = await connect("http://127.0.0.1:9");
  const client = createClient({ makeThing }, connection);
  const error = await refusal(() => client.makeThing({ body: { thing: { name: "s3cret".repeat(20) } } }));
  expect(error.message).not.toContain("s3cret");
});

test("no parameter can leave its segment", () => {
  const build = compilePath("op", "/v3/{project_id}/things/{thing_id}/parts");
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (id) => {
      let path: string;
      try {
        path = build((name) => (name === "thing_id" ? id : "p"));
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidRequest);
        return;
      }
      expect(path).toMatch(/^\/v3\/p\/things\/[A-Za-z0-9\-._~%]+\/parts$/);
      // What a URL parser makes of it, dots and all, is the same path with the same id in it.
      const url = new URL(path, "https://host");
      expect(url.pathname).toBe(path);
      expect(decodeURIComponent(url.pathname.split("/")[4] ?? "")).toBe(id);
    }),
    { numRuns: 2_000, seed: 20261121 },
  );
});

test("an encoded dot stays encoded", () => {
  expect(percentEncode("%2e%2e")).toBe("%252e%252e");
  expect(percentEncode("a b/ü!'()*~")).toBe("a%20b%2F%C3%BC%21%27%28%29%2A~");
});
