import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import { HcClient } from "@huaweicloud/huaweicloud-sdk-core/HcClient.js";
import { DefaultHttpClient } from "@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createClient } from "../../../shared/api/client.ts";
import { answer, connect, KEY, makeThing, serve, showThing, switchThing } from "./support.ts";
import { signatureFits } from "./wire.ts";

test("what our client sends fits its own signature, whatever the ids and values", async () => {
  let fitting = 0;
  await using server = await serve(async (request, response) => {
    if (await signatureFits(request)) fitting += 1;
    answer(response, 200, { thing: { id: "t", name: "n" }, error_code: 0 });
  });
  await using connection = await connect(server.origin);
  const client = createClient({ showThing, makeThing, switchThing }, connection);
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  const ids = text.filter((id) => id !== "." && id !== "..");
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(ids, fc.array(text, { maxLength: 3 }), text, async (thing_id, status, name) => {
      await client.showThing({ path: { thing_id }, query: { status, name } });
      await client.makeThing({ body: { thing: { name } } });
      await client.switchThing({ path: { thing_id }, headers: { region: "eu-de" }, body: { on: true } });
      sent += 3;
    }),
    { numRuns: 100, seed: 20261121 },
  );
  expect(sent).toBe(300);
  expect(fitting).toBe(sent);
});

const ordinary = { id: "plain", query: {}, headers: {} };

/**
 * Where the published signer and what the published client then sends disagree, so that no verifier that reads the wire
 * can accept it. It signs the raw id (parsed as a URL, then encoded again) and inserts it raw; it signs the words
 * "undefined", "null" and so on and sends nothing; it signs header values untrimmed; and it sorts header names in one
 * way for the list and in another for the block. Our client encodes ids, refuses such values, and sends what it signs.
 */
test.for([
  { fits: true, name: "an ordinary id", ...ordinary },
  { fits: true, name: "a Unicode id", ...ordinary, id: "日本🦊ü" },
  {
    fits: true,
    name: "repeated, empty and odd query values",
    ...ordinary,
    query: { s: ["b", "a"], e: "", "a b": "!'()*~ +&=é" },
  },
  { fits: false, name: "a space in an id", ...ordinary, id: "a b" },
  { fits: false, name: "an encoded id", ...ordinary, id: "a%20b" },
  { fits: false, name: "a percent sign in an id", ...ordinary, id: "a%b" },
  { fits: false, name: "a quote in an id", ...ordinary, id: "a'b" },
  { fits: false, name: "a brace in an id", ...ordinary, id: "a{b" },
  { fits: false, name: "a question mark in an id", ...ordinary, id: "a?b" },
  { fits: false, name: "an id that climbs", ...ordinary, id: ".." },
  { fits: false, name: "an undefined query value", ...ordinary, query: { k: undefined } },
  { fits: false, name: "a null query value", ...ordinary, query: { k: null } },
  { fits: false, name: "spaces around a header's value", ...ordinary, headers: { "x-a": " b " } },
  {
    fits: false,
    name: "header names with _ and -",
    ...ordinary,
    headers: { "x-a_b": "1", "x-a-b": "2", "x-a0": "3" },
  },
])(
  "the published client's wire fits its signature ($fits) with $name",
  async ({ fits, id, query, headers }) => {
    const seen: boolean[] = [];
    await using server = await serve(async (request, response) => {
      seen.push(await signatureFits(request));
      answer(response, 200, {});
    });
    const credentials = new BasicCredentials().withAk(KEY.ak).withSk(KEY.sk).withProjectId("project-1");
    const client = new HcClient(new DefaultHttpClient({}, [server.origin]), {});
    await client
      .withEndpoints([server.origin])
      .withCredential(credentials)
      .sendRequest({
        url: "/v3/project-1/things/{thing_id}",
        method: "GET",
        pathParams: { thing_id: id },
        queryParams: query,
        headers: { ...headers },
        contentType: "application/json",
      });
    expect(seen).toEqual([fits]);
  },
);
