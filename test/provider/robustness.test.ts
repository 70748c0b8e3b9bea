import { connect } from "node:net";
import { Readable } from "node:stream";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import { presets } from "../../infra/local/provider/faults.ts";
import { seededRandom } from "../../infra/local/provider/world/random.ts";
import { allOperations } from "../../shared/api/operations/all.ts";
import { makeVault, openStage, sender, showVault } from "./support.ts";

/** Sends bytes as they are and gives everything that comes back. */
function raw(origin: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      answer += text;
    });
    socket.on("close", () => resolve(answer)).on("error", reject);
    socket.end(bytes);
  });
}

describe("bytes that are no requests", () => {
  test.each([
    ["nonsense", "\u0000\u0001\u0002 nonsense\r\n\r\n"],
    ["another protocol", "EHLO example\r\n"],
    ["a strange version", "GET / HTTP/9.9\r\nhost: a\r\n\r\n"],
    ["no host", "GET / HTTP/1.1\r\n\r\n"],
    [
      "two lengths",
      "POST /v3/p/vaults HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx",
    ],
    ["headers without end", `GET / HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(20_000)}\r\n\r\n`],
    ["a tunnel", "CONNECT example.org:443 HTTP/1.1\r\nhost: a\r\n\r\n"],
    ["an expectation", "GET / HTTP/1.1\r\nhost: a\r\nexpect: miracles\r\nconnection: close\r\n\r\n"],
    ["a bad path", "GET /v3/%zz/vaults HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"],
  ])("%s: answered with 4xx in JSON", async (_name, bytes) => {
    await using stage = await openStage();
    const answer = await raw(stage.origin, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    const [, body = ""] = answer.split("\r\n\r\n");
    expect(JSON.parse(body)).toHaveProperty("error_code");
    expect((await stage.call("GET", `/v3/${stage.project}/vaults`)).status).toBe(200);
  });

  test("a body over 12 MB is refused, and so is one that says it will be", async () => {
    await using stage = await openStage();
    const post = (body: Buffer | AsyncGenerator<Buffer>) =>
      request(`${stage.origin}/v3/auth/tokens`, {
        method: "POST",
        body: Readable.from(body),
        dispatcher: stage.agent,
        headers: body instanceof Buffer ? { "content-length": String(body.length) } : {},
      });
    async function* unannounced(): AsyncGenerator<Buffer> {
      for (let sent = 0; sent < 13; sent += 1) yield Buffer.alloc(1024 * 1024, "a");
    }
    for (const answer of [await post(Buffer.alloc(13 * 1024 * 1024, "a")), await post(unannounced())]) {
      expect(answer.statusCode).toBe(413);
      expect(await answer.body.json()).toMatchObject({ error_code: "APIGW.0201" });
    }
  });
});

interface Generated {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly text: string | undefined;
}

/** A request of chance: any operation's path with any parameters, any query, any body. */
function generate(project_id: string, seed: number): Generated {
  const random = seededRandom(seed);
  const letters = (length: number) =>
    Array.from({ length }, () => String.fromCodePoint(random.between(1, 0x2fff))).join("");
  const operation = allOperations[random.between(0, allOperations.length - 1)];
  const path = (operation?.path ?? "/").replace(/\{(\w+)\}/g, (_all, name: string) =>
    name === "project_id" && random.fraction() < 0.8
      ? project_id
      : encodeURIComponent(letters(random.between(1, 8))),
  );
  const size = random.fraction() < 0.01 ? random.between(1, 1024 * 1024) : random.between(0, 300);
  const text = random.pick<() => string | undefined>([
    () => letters(Math.min(size, 5000)),
    () => JSON.stringify({ [letters(3)]: letters(5) }),
    () =>
      JSON.stringify({
        vault: null,
        checkpoint: { vault_id: [], parameters: letters(4) },
        policy: 7,
        auth: [],
      }),
    () => "[".repeat(Math.min(size, 2000)),
    () => "x".repeat(size),
    () => undefined,
  ])();
  const usual = operation?.method ?? "GET";
  const method =
    random.fraction() < 0.8 ? usual : random.pick(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]);
  const query =
    random.fraction() < 0.5 ? [] : [[letters(2), letters(3)] as const, ["limit", letters(1)] as const];
  return { method, path, query, text: method === "GET" ? undefined : text };
}

describe("ten thousand requests of any shape", () => {
  test("each get an answer, never a 5xx, and good ones go on working", async () => {
    await using stage = await openStage();
    const vault_id = await makeVault(stage);
    const stranger = sender(stage.origin, stage.agent, { ak: "nobody", sk: "x" }, stage.project);
    const wrong: string[] = [];
    let next = 0;
    const worker = async () => {
      while (next < 10_000) {
        const seed = next;
        next += 1;
        const signed = seed % 2 === 0;
        const { method, path, ...sent } = generate(stage.project, seed);
        const answer = await (signed ? stage.send : stranger)(method, path, sent);
        const refused = answer.status >= 400 && answer.status < 500 && answer.text.startsWith("{");
        // Signed by an administrator, a request that happens to be right is answered.
        const fine = signed && answer.status < 300;
        if (!refused && !fine)
          wrong.push(`seed ${seed}: ${method} ${path} ${answer.status} ${answer.text.slice(0, 80)}`);
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    expect(wrong).toEqual([]);
    expect((await showVault(stage, vault_id)).id).toBe(vault_id);
  });
});

describe("the control address", () => {
  const faults = "/_control/faults";
  const page = "http://evil.example";

  test.each([
    ["a name that somebody points at this machine", () => ({ host: "evil.example" })],
    ["another port", () => ({ host: "127.0.0.1:1" })],
    ["a page of somebody else", (host: string) => ({ host, origin: page })],
    ["a sandboxed page", (host: string) => ({ host, origin: "null" })],
    ["no host", () => ({})],
  ])("refuses %s, and nothing has happened", async (_, headersOf) => {
    await using stage = await openStage();
    const headers = Object.entries(headersOf(new URL(stage.origin).host)).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const body = JSON.stringify({ preset: "heavy" });
    const lines = `connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const answer = await raw(stage.origin, `PUT ${faults} HTTP/1.1\r\n${headers.join("")}${lines}`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 [\s\S]*CONTROL\.403/);
    expect((await stage.call("GET", faults)).body).toEqual(presets.none);
  });

  test("answers this machine by both its names, and its own page", async () => {
    await using stage = await openStage();
    const { host, port } = new URL(stage.origin);
    for (const headers of [
      `host: ${host}`,
      `host: localhost:${port}`,
      `host: ${host}\r\norigin: ${stage.origin}`,
    ])
      expect(
        await raw(stage.origin, `GET ${faults} HTTP/1.1\r\n${headers}\r\nconnection: close\r\n\r\n`),
      ).toMatch(/^HTTP\/1\.1 200 /);
  });
});
