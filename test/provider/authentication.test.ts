import { request } from "undici";
import { describe, expect, test } from "vitest";
import { authorization, canonicalQuery, sdkDate } from "../../shared/api/signing.ts";
import { openStage, refusal, type Stage } from "./support.ts";

interface Forged {
  readonly sentPath?: string;
  readonly query?: string;
  readonly sentQuery?: string;
  readonly at_ms?: number;
  readonly key?: { ak: string; sk: string };
  readonly body?: string;
  readonly sentBody?: string;
  /** Headers that are signed besides; `undefined` takes one of the usual ones out. */
  readonly signed?: Readonly<Record<string, string | undefined>>;
  /** Headers as they are sent in the end. */
  readonly sent?: Readonly<Record<string, string | undefined>>;
}

/** Signs one thing and sends another, as the test says. */
async function send({ origin, agent, made, project }: Stage, forged: Forged = {}) {
  const {
    sentPath = `/v3/${project}/vaults`,
    query = "",
    at_ms = Date.now(),
    key = made.identities.admin,
  } = forged;
  const path = `/v3/${project}/vaults`;
  const date = sdkDate(at_ms);
  const usual = {
    host: new URL(origin).host,
    "content-type": "application/json",
    "x-project-id": project,
    "x-sdk-date": date,
  };
  const headers = defined({ ...usual, ...forged.signed });
  const method = forged.body === undefined ? "GET" : "POST";
  const proof = authorization({ method, path, query, headers, body: forged.body }, key, date);
  const sentQuery = forged.sentQuery ?? query;
  const response = await request(`${origin}${sentPath}${sentQuery === "" ? "" : `?${sentQuery}`}`, {
    method,
    dispatcher: agent,
    headers: defined({ ...headers, authorization: proof, ...forged.sent }),
    body: forged.sentBody ?? forged.body ?? null,
  });
  const body: unknown = await response.body.json();
  return { status: response.statusCode, body };
}

function defined(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) kept[name] = value;
  return kept;
}

const minute_ms = 60_000;

describe("a signed request", () => {
  test("is let in when everything signed is what was sent", async () => {
    await using stage = await openStage();
    expect((await send(stage)).status).toBe(200);
    const query = canonicalQuery([
      ["name", "a b/ü+=&"],
      ["limit", "5"],
    ]);
    expect((await send(stage, { query })).status).toBe(200);
    expect((await send(stage, { query: "name=a%20b", sentQuery: "name=a+b" })).status).toBe(200);
    expect((await send(stage, { query: "limit=5&name=", sentQuery: "name=&limit=5" })).status).toBe(200);
    expect((await send(stage, { at_ms: Date.now() - 14 * minute_ms })).status).toBe(200);
  });

  test.each<[string, Forged]>([
    ["an unknown key", { key: { ak: "NOBODY", sk: "x" } }],
    [
      "the key's wrong secret",
      {
        sent: { authorization: `SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=${"0".repeat(64)}` },
      },
    ],
    ["another path", { sentPath: "/v3/x/vaults" }],
    ["another query", { query: "limit=5", sentQuery: "limit=6" }],
    ["another body", { body: "{}", sentBody: '{"a":1}' }],
    ["a date too old", { at_ms: Date.now() - 16 * minute_ms }],
    ["a date too far ahead", { at_ms: Date.now() + 16 * minute_ms }],
    ["no date", { sent: { "x-sdk-date": undefined } }],
    ["a date that is none", { sent: { "x-sdk-date": "yesterday" } }],
    [
      "a date that was not signed",
      { signed: { "x-sdk-date": undefined }, sent: { "x-sdk-date": sdkDate(Date.now()) } },
    ],
    ["a host that was not signed", { signed: { host: undefined } }],
    [
      "a project that was not signed",
      { signed: { "x-project-id": undefined }, sent: { "x-project-id": "p" } },
    ],
    ["a signed header that is missing", { signed: { "x-more": "1" }, sent: { "x-more": undefined } }],
    ["a signed header that was changed", { signed: { "x-more": "1" }, sent: { "x-more": "2" } }],
    ["no proof at all", { sent: { authorization: undefined } }],
    ["another scheme", { sent: { authorization: "Basic QTpT" } }],
    ["a security token that the key has not", { signed: { "x-security-token": "t" } }],
    ["an unknown token", { sent: { authorization: undefined, "x-auth-token": "MII" } }],
  ])("is refused with %s", async (_case, forged) => {
    await using stage = await openStage();
    const answer = await send(stage, forged);
    expect(answer).toMatchObject(refusal(401, "APIGW.0301"));
    const text = JSON.stringify(answer.body);
    expect(text).not.toContain(stage.made.identities.admin.sk);
    expect(text).not.toMatch(/ at .*\.ts/);
  });

  test("with a temporary key shows its security token until the key ends", async () => {
    await using stage = await openStage();
    const { world, identities } = stage.made;
    const owner = world.keys.get(identities.admin.ak)?.user_id ?? "";
    const key = { ak: "TEMPORARY", sk: "secret" };
    const expires = world.now + 60 * minute_ms;
    world.keys.set(key.ak, { ...key, user_id: owner, security_token: "shown", expires });
    const shown = { key, signed: { "x-security-token": "shown" } };
    expect((await send(stage, shown)).status).toBe(200);
    expect(await send(stage, { key })).toMatchObject(refusal(401, "APIGW.0301"));
    expect(await send(stage, { key, signed: { "x-security-token": "guessed" } })).toMatchObject(
      refusal(401, "APIGW.0301"),
    );
    stage.clock.pass(60 * minute_ms);
    expect(await send(stage, shown)).toMatchObject(refusal(401, "APIGW.0301"));
  });
});

describe("permissions", () => {
  test("an IAM user does only what a policy of its allows", async () => {
    await using stage = await openStage();
    const { roles } = stage.made.identities;
    const observer = stage.as(roles.observe);
    expect((await observer("GET", `/v3/${stage.project}/vaults`)).status).toBe(200);
    const post = await observer("POST", `/v3/${stage.project}/checkpoints`, { body: "anything" });
    expect(post).toMatchObject(refusal(403, "APIGW.0302"));
    expect(JSON.stringify(post.body)).toContain("cbr:vaults:backup");
    const pruner = stage.as(roles.prune);
    expect(await pruner("DELETE", `/v3/${stage.project}/backups/none`)).toMatchObject(
      refusal(404, "BackupService.6200"),
    );
    expect(await pruner("DELETE", `/v3/${stage.project}/vaults/none`)).toMatchObject(
      refusal(403, "APIGW.0302"),
    );
    expect((await stage.as(roles.instances)("GET", `/v5/${stage.project}/backup/policy`)).status).toBe(200);
  });

  test("a project is closed to those who are not in it", async () => {
    await using stage = await openStage();
    const { other, otherAdmin } = stage.made.identities;
    const stranger = stage.as(otherAdmin, other.id);
    expect((await stranger("GET", `/v3/${other.id}/vaults`)).status).toBe(200);
    expect(await stranger("GET", `/v3/${stage.project}/vaults`)).toMatchObject(refusal(403, "APIGW.0302"));
    expect(await stage.as(otherAdmin, stage.project)("GET", `/v3/${stage.project}/vaults`)).toMatchObject(
      refusal(403, "APIGW.0302"),
    );
    expect(await stage.call("GET", "/v3/nowhere/vaults")).toMatchObject(refusal(403, "APIGW.0302"));
  });
});

describe("a request is checked in the documented order", () => {
  test("route, authentication, permission, shape, existence, state", async () => {
    await using stage = await openStage();
    const { roles } = stage.made.identities;
    const bad = { body: { checkpoint: { vault_id: 7 } } };
    const path = `/v3/${stage.project}/checkpoints`;
    expect(await stage.call("POST", `${path}s`, bad)).toMatchObject(refusal(404, "APIGW.0101"));
    expect(await stage.as({ ak: "x", sk: "y" })("POST", path, bad)).toMatchObject(refusal(401, "APIGW.0301"));
    expect(await stage.as(roles.observe)("POST", path, bad)).toMatchObject(refusal(403, "APIGW.0302"));
    expect(await stage.call("POST", path, bad)).toMatchObject(refusal(400, "BackupService.9900"));
    const good = { body: { checkpoint: { vault_id: "nothing" } } };
    expect(await stage.call("POST", path, good)).toMatchObject(refusal(404, "BackupService.6105"));
  });

  test("unknown paths and methods are no APIs", async () => {
    await using stage = await openStage();
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/v3"],
      ["PATCH", `/v3/${stage.project}/vaults`],
      ["DELETE", `/v3/${stage.project}/vaults`],
      ["GET", `/v3/${stage.project}/vaults/a/b/c`],
      ["GET", `/v3//vaults`],
      ["POST", `/v3/${stage.project}/vaults/x/addressesources`],
    ] as const) {
      const answer = await stage.call(method, path);
      expect([path, answer.status]).toEqual([path, path === "/v3//vaults" ? 403 : 404]);
    }
  });
});
