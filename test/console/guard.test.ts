import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { guard } from "../../infra/local/provider/guard.ts";

const app = new Hono();
app.use(guard({ port: () => 4700, token: "the-token" }));
app.get("/", (context) => context.text("page"));
app.post("/act", (context) => context.text("acted"));

const own = "http://127.0.0.1:4700";
const ask = (path: string, method: string, headers: Record<string, string>) =>
  app.request(new Request(`${own}${path}`, { method, headers }));

describe("the console's guard", () => {
  test.each([
    ["its own address", { host: "127.0.0.1:4700" }, 200],
    ["localhost", { host: "localhost:4700" }, 200],
    ["a name that somebody points at this machine", { host: "evil.example:4700" }, 403],
    ["another port", { host: "127.0.0.1:80" }, 403],
    ["a page of somebody else", { host: "127.0.0.1:4700", origin: "https://evil.example" }, 403],
    ["a sandboxed page", { host: "127.0.0.1:4700", origin: "null" }, 403],
    ["its own page", { host: "127.0.0.1:4700", origin: own }, 200],
  ])("reading from %s", async (_, headers, status) => {
    expect((await ask("/", "GET", headers)).status).toBe(status);
  });

  test.each([
    ["its own page with the token", { origin: own, "x-vigil-token": "the-token" }, 200],
    ["its own page without it", { origin: own }, 403],
    ["its own page with another", { origin: own, "x-vigil-token": "the-token2" }, 403],
    ["somebody without a page", { "x-vigil-token": "the-token" }, 403],
    ["another page with the token", { origin: "http://127.0.0.1:9999", "x-vigil-token": "the-token" }, 403],
  ])("acting for %s", async (_, headers, status) => {
    const answer = await ask("/act", "POST", { host: "127.0.0.1:4700", ...headers });
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toContain("the-token");
  });
});
