import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { percentEncode } from "../../../shared/api/path.ts";
import { authorization, canonicalQuery, sdkDate } from "../../../shared/api/signing.ts";
import { KEY } from "./support.ts";

const signedHeaders = z.looseObject({ Authorization: z.string() });

/** The provider's published signer. */
function published(request: object, date: string): string {
  const credentials = new BasicCredentials().withAk(KEY.ak).withSk(KEY.sk);
  const headers = "headers" in request && typeof request.headers === "object" ? request.headers : {};
  const dated = { ...request, headers: { ...headers, "X-Sdk-Date": date } };
  return signedHeaders.parse(AKSKSigner.sign(dated, credentials)).Authorization;
}

/** Ids with anything in them that the published signer's own URL parser leaves alone; see wire.test.ts. */
const identifier = fc
  .oneof(
    fc.uuid(),
    fc.string({ unit: fc.constantFrom(..."abzAZ09-._~:@!$&()*+,;=%"), minLength: 1, maxLength: 40 }),
    fc.string({ unit: fc.constantFrom("ü", "é", "日", "本", "🦊", "-", "a"), minLength: 1, maxLength: 12 }),
  )
  .filter((id) => id !== "." && id !== "..");

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(..." !'()*~-._%&=+/?#:;,@[]\"<>|\\^`{}"), maxLength: 20 }),
  fc.constant(""),
);
const queryValue = fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 5 }));
const headerName = fc
  .stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,2}$/)
  .filter(
    (name) => !["host", "content-type", "authorization", "x-sdk-date", "x-sdk-content-sha256"].includes(name),
  );
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/);

const generated = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
  ids: fc.array(identifier, { minLength: 1, maxLength: 3 }),
  query: fc.dictionary(text, queryValue, { maxKeys: 5, noNullPrototype: true }),
  headers: fc.dictionary(headerName, headerValue, { maxKeys: 4, noNullPrototype: true }),
  project: fc.option(fc.uuid(), { nil: undefined }),
  body: fc.option(fc.dictionary(text, fc.jsonValue(), { noNullPrototype: true }), { nil: undefined }),
  host: fc.constantFrom(
    "cbr.eu-de.otc.t-systems.com",
    "127.0.0.1:8800",
    "koophone.cn-north-4.myhuaweicloud.com",
  ),
  time: fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
});

test("signs 1,000 generated requests exactly as the provider's published signer does", () => {
  let compared = 0;
  fc.assert(
    fc.property(generated, ({ method, ids, query, headers, project, body, host, time }) => {
      const date = sdkDate(time.getTime());
      const own = {
        "content-type": "application/json",
        ...(project && { "x-project-id": project }),
        ...headers,
      };
      const expected = published(
        {
          method,
          endpoint: `https://${host}/v3/${ids.join("/")}`,
          headers: own,
          queryParams: structuredClone(query),
          data: body,
        },
        date,
      );
      const pairs = Object.entries(query).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
      );
      const request = {
        method,
        path: `/v3/${ids.map(percentEncode).join("/")}`,
        query: canonicalQuery(pairs),
        headers: { ...own, host, "x-sdk-date": date },
        body: body === undefined ? undefined : JSON.stringify(body),
      };
      expect(authorization(request, KEY, date)).toBe(expected);
      compared += 1;
    }),
    { numRuns: 1000, seed: 20261121 },
  );
  expect(compared).toBe(1000);
});

test("the body's bytes are what counts, not their form", () => {
  const request = { method: "POST", path: "/v3/x", query: "", headers: { host: "h", "x-sdk-date": "d" } };
  const body = '{"name":"ü"}';
  const fromText = authorization({ ...request, body }, KEY, "d");
  expect(authorization({ ...request, body: new TextEncoder().encode(body) }, KEY, "d")).toBe(fromText);
  expect(authorization({ ...request, body: "" }, KEY, "d")).toBe(authorization(request, KEY, "d"));
  expect(fromText).not.toBe(authorization(request, KEY, "d"));
});
