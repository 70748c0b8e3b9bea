import { expect, test } from "vitest";
import { authenticatorFor } from "../../../shared/api/authentication.ts";
import { createClient } from "../../../shared/api/client.ts";
import { type Credential, parseCredential, redactor } from "../../../shared/api/credential.ts";
import { systemClock } from "../../../shared/core/clock.ts";
import {
  answer,
  connect,
  failure,
  KEY,
  ManualClock,
  makeThing,
  readBody,
  serve,
  showThing,
  switchThing,
} from "./support.ts";

const THING = { thing: { id: "t", name: "n" } };
const path = { thing_id: "t" };
const PASSWORD = { kind: "token", user: "robot", password: 'pass"wörd/1', domain: "account" } as const;

/** A connection that authenticates with `credential`. */
async function connectAs(
  credential: Credential,
  origin: string,
  { clock = systemClock, onUnauthorized }: Parameters<typeof options>[0] = {},
) {
  const bare = await connect(origin, { clock });
  return { ...bare, authenticator: authenticatorFor(credential, bare, { onUnauthorized }) };
}

function options(given: {
  clock?: typeof systemClock;
  onUnauthorized?: () => Promise<Credential | undefined>;
}) {
  return given;
}

/** An IAM that gives tokens token-1, token-2, … each good for an hour, and a service that takes only the newest. */
async function tokenCloud(clock: ManualClock) {
  const issued: string[] = [];
  const scopes: unknown[] = [];
  const shown: (string | undefined)[] = [];
  const state = { revoked: false, requests: issued, scopes, shown };
  const server = await serve(async (request, response) => {
    if (request.url?.startsWith("/v3/auth/tokens")) {
      const { auth } = JSON.parse(await readBody(request));
      if (auth.identity.password.user.password !== PASSWORD.password) return answer(response, 401, {});
      scopes.push(auth.scope);
      issued.push(`token-${issued.length + 1}`);
      state.revoked = false;
      const expires_at = new Date(clock.now() + 3_600_000).toISOString().replace("Z", "000Z");
      return answer(response, 201, { token: { expires_at } }, { "x-subject-token": issued.at(-1) ?? "" });
    }
    const token = request.headers["x-auth-token"];
    shown.push(Array.isArray(token) ? token[0] : token);
    if (state.revoked || typeof token !== "string" || !issued.includes(token)) {
      return answer(response, 401, {
        error_code: "APIGW.0307",
        error_msg: `the token ${token} must be updated`,
      });
    }
    return answer(response, 200, { ...THING, error_code: 0 });
  });
  return { ...server, ...state, revoke: () => (state.revoked = true) };
}

test("a token is fetched once, however many calls wait for it, and kept until shortly before it expires", async () => {
  const clock = new ManualClock();
  await using cloud = await tokenCloud(clock);
  await using connection = await connectAs(PASSWORD, cloud.origin, { clock });
  const client = createClient({ showThing }, connection);
  await Promise.all(Array.from({ length: 20 }, () => client.showThing({ path })));
  expect(cloud.requests).toEqual(["token-1"]);
  expect(cloud.scopes).toEqual([{ project: { id: "project-1" } }]);
  clock.advance(3_600_000 - 301_000);
  await client.showThing({ path });
  expect(cloud.requests).toEqual(["token-1"]);
  clock.advance(1_000);
  await client.showThing({ path });
  expect(cloud.requests).toEqual(["token-1", "token-2"]);
  expect(new Set(cloud.shown)).toEqual(new Set(["token-1", "token-2"]));
});

test("an account-level call has a token of its own", async () => {
  const clock = new ManualClock();
  await using cloud = await tokenCloud(clock);
  await using connection = await connectAs(PASSWORD, cloud.origin, { clock });
  const client = createClient({ showThing, switchThing }, connection);
  await client.showThing({ path });
  await client.switchThing({ path, headers: { region: "eu-de" }, body: { on: true } });
  expect(cloud.scopes).toEqual([{ project: { id: "project-1" } }, { domain: { name: "account" } }]);
});

test("a token that is refused is renewed once for all calls that had it, even for a POST", async () => {
  const clock = new ManualClock();
  await using cloud = await tokenCloud(clock);
  await using connection = await connectAs(PASSWORD, cloud.origin, { clock });
  const client = createClient({ showThing, makeThing }, connection);
  await client.showThing({ path });
  cloud.revoke();
  // The service here answers 200; a POST accepts any success.
  await Promise.all([client.showThing({ path }), client.makeThing({ body: { thing: { name: "n" } } })]);
  expect(cloud.requests.length).toBe(2);
});

test("a password that IAM refuses is said without saying it", async () => {
  const clock = new ManualClock();
  await using cloud = await tokenCloud(clock);
  await using connection = await connectAs({ ...PASSWORD, password: "wr0ng" }, cloud.origin, { clock });
  const error = await failure(createClient({ showThing }, connection).showThing({ path }));
  expect(error).toMatchObject({ operation: "createToken", status: 401, next: "give-up" });
  expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("wr0ng");
});

test("a signed call that is refused reads the secret again, once for all calls, and tries once more", async () => {
  const keys: (string | undefined)[] = [];
  await using server = await serve((request, response) => {
    const ak = /Access=([^,]+)/.exec(request.headers.authorization ?? "")?.[1];
    keys.push(ak);
    if (ak === "AKNEW") answer(response, 201, THING);
    else
      answer(response, 401, {
        error_code: "APIGW.0301",
        error_msg: "Incorrect IAM authentication information",
      });
  });
  let reads = 0;
  await using connection = await connectAs(KEY, server.origin, {
    onUnauthorized: async () => {
      reads += 1;
      return { kind: "aksk", ak: "AKNEW", sk: "new" };
    },
  });
  const client = createClient({ makeThing }, connection);
  await Promise.all(Array.from({ length: 5 }, () => client.makeThing({ body: { thing: { name: "n" } } })));
  expect(reads).toBe(1);
  expect(keys.filter((key) => key === "AKNEW").length).toBe(5);
});

test("a key that stays the same is not tried again", async () => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    answer(response, 401, { error_code: "APIGW.0301", error_msg: "no" });
  });
  await using connection = await connectAs(KEY, server.origin, { onUnauthorized: async () => KEY });
  const error = await failure(createClient({ showThing }, connection).showThing({ path }));
  expect(error).toMatchObject({ status: 401, code: "APIGW.0301", next: "give-up" });
  expect(requests).toBe(1);
});

test("a secret that takes too long to read ends the call at its deadline, without an effect", async () => {
  const clock = new ManualClock();
  await using server = await serve((_request, response) =>
    answer(response, 401, { error_code: "APIGW.0301" }),
  );
  const reading = Promise.withResolvers<void>();
  await using connection = await connectAs(KEY, server.origin, {
    clock,
    onUnauthorized: () => {
      reading.resolve();
      return new Promise(() => {});
    },
  });
  const call = failure(createClient({ makeThing }, connection).makeThing({ body: { thing: { name: "n" } } }));
  await reading.promise;
  clock.advance(30_000);
  expect(await call).toMatchObject({ code: "TIMEOUT", next: "retry" });
});

test("a secret that cannot be read again is what the caller hears of", async () => {
  await using server = await serve((_request, response) =>
    answer(response, 401, { error_code: "APIGW.0301" }),
  );
  const denied = new Error("the secret store says no");
  await using connection = await connectAs(KEY, server.origin, {
    onUnauthorized: () => Promise.reject(denied),
  });
  await expect(createClient({ showThing }, connection).showThing({ path })).rejects.toBe(denied);
});

test("a malformed id, which the gateway answers with 401, does not make anybody read the secret", async () => {
  await using server = await serve((_request, response) =>
    answer(response, 401, { unauthorized: { code: "401", message: "Malformed request url" } }),
  );
  let reads = 0;
  await using connection = await connectAs(KEY, server.origin, {
    onUnauthorized: async () => {
      reads += 1;
      return KEY;
    },
  });
  const error = await failure(createClient({ showThing }, connection).showThing({ path }));
  expect(error).toMatchObject({ status: 401, next: "give-up" });
  expect(reads).toBe(0);
});

test.for([
  { offset_ms: -1_200_000, said: "the clock here is 1200 s ahead of the provider's" },
  { offset_ms: 1_200_000, said: "the clock here is 1200 s behind the provider's" },
  { offset_ms: 5_000, said: undefined },
])("a provider's clock that is $offset_ms ms off is said: $said", async ({ offset_ms, said }) => {
  const clock = new ManualClock();
  await using server = await serve((_request, response) =>
    answer(
      response,
      401,
      { error_code: "APIGW.0301" },
      { date: new Date(clock.wall() + offset_ms).toUTCString() },
    ),
  );
  await using connection = await connectAs(KEY, server.origin, { clock });
  const error = await failure(createClient({ showThing }, connection).showThing({ path }));
  if (said === undefined) expect(error.message).not.toContain("clock here");
  else expect(error.message).toContain(said);
});

test("a temporary key sends its security token, signed", async () => {
  let authorization = "";
  let token: unknown;
  await using server = await serve((request, response) => {
    authorization = request.headers.authorization ?? "";
    token = request.headers["x-security-token"];
    answer(response, 200, THING);
  });
  await using connection = await connectAs({ ...KEY, securityToken: "sts" }, server.origin);
  await createClient({ showThing }, connection).showThing({ path });
  expect(token).toBe("sts");
  expect(authorization).toContain(
    "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token,",
  );
});

test("secrets that a server sends back are in no error, whatever the call", async () => {
  await using server = await serve(async (request, response) => {
    const echo = `${JSON.stringify(request.headers)} ${await readBody(request)} ${KEY.sk} sts`;
    answer(response, 400, { error_code: "X", error_msg: echo.slice(-400) });
  });
  const credential = { ...KEY, securityToken: "stsTokenOfTheTest" };
  await using connection = await connectAs(credential, server.origin);
  const error = await failure(createClient({ showThing }, connection).showThing({ path }));
  expect(error.message).toContain("[redacted]");
  for (const secret of [KEY.ak, KEY.sk, credential.securityToken]) {
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain(secret);
  }
});

test("a secret is read as a credential of either kind", () => {
  expect(parseCredential(JSON.stringify(KEY))).toEqual(KEY);
  expect(parseCredential(JSON.stringify(PASSWORD))).toEqual(PASSWORD);
});

test.for([
  { name: "not JSON", secret: "AKIA:hiddenvalue" },
  { name: "of no kind", secret: '{"ak":"hiddenvalue","sk":"hiddenvalue"}' },
  { name: "incomplete", secret: '{"kind":"aksk","ak":"hiddenvalue"}' },
  { name: "mistyped", secret: '{"kind":"token","user":"hiddenvalue","password":5,"domain":"hiddenvalue"}' },
  { name: "with an odd field", secret: '{"kind":"aksk","ak":"a","sk":"hiddenvalue","other":"hiddenvalue"}' },
])("a secret that is $name is refused without being quoted", ({ secret }) => {
  expect(() => parseCredential(secret)).toThrow("secret");
  expect(() => parseCredential(secret)).not.toThrow("hiddenvalue");
});

test("secrets are found as they are, percent-encoded and inside JSON", () => {
  const hide = redactor([PASSWORD.password, undefined, ""]);
  const forms = [PASSWORD.password, encodeURIComponent(PASSWORD.password), JSON.stringify(PASSWORD.password)];
  expect(hide(forms.join(" "))).toBe('[redacted] [redacted] "[redacted]"');
});
