import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { Agent } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { caller, sender } from "./support.ts";

const command = fileURLToPath(new URL("../../infra/commands/provider.ts", import.meta.url));
const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();

function run(...flags: string[]) {
  const child = spawn(process.execPath, [command, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

const firstLine = z.object({
  url: z.string(),
  domain: z.string(),
  servers: z.array(z.string()).min(2),
  volumes: z.array(z.string()).min(2),
  auditInstance: z.string(),
  host: z.string(),
  backupHost: z.string(),
  phones: z.array(z.string()).min(2),
  hssPolicy: z.string(),
  other: z.object({ project: z.string(), ak: z.string(), sk: z.string() }),
});

describe("npm run provider", () => {
  test("prints one line of JSON first, serves with the given key, and ends on Ctrl-C", async () => {
    const child = run("--port", "0", "--ak", "A", "--sk", "S", "--project", "P");
    const lines = createInterface({ input: child.stdout });
    const [line]: unknown[] = await once(lines, "line");
    const info = firstLine.parse(JSON.parse(String(line)));
    await using agent = { inner: new Agent(), [Symbol.asyncDispose]: () => agent.inner.destroy() };
    const call = caller(sender(info.url, agent.inner, { ak: "A", sk: "S" }, "P"));
    expect(await call("GET", "/v3/P/vaults")).toMatchObject({ status: 200, body: { count: 0 } });
    expect(await call("GET", "/v5/P/backup/policy")).toMatchObject({ body: { id: info.hssPolicy } });
    const partner = caller(sender(info.url, agent.inner, info.other, info.other.project));
    expect((await partner("GET", `/v3/${info.other.project}/vaults`)).status).toBe(200);
    const anyDomain = await call("POST", `/v1/any-domain/audit/${info.auditInstance}/backup/switch`, {
      headers: { "x-domain-id": "any-domain" },
      body: {
        bucket_name: "b",
        cycle: "PER_DAY",
        mode: "AUTO",
        status: 1,
        trigger_time: "2026-03-03 02:00:00",
      },
    });
    expect(anyDomain).toMatchObject({ status: 200, body: { result: "SUCCESS" } });

    const taken = run("--port", new URL(info.url).port, "--ak", "A", "--sk", "S", "--project", "P");
    const complaint = createInterface({ input: taken.stderr });
    const [sentence]: unknown[] = await once(complaint, "line");
    expect(sentence).toMatch(/^error: port \d+ is taken/);
    const [code]: unknown[] = taken.exitCode === null ? await once(taken, "exit") : [taken.exitCode];
    expect(code).not.toBe(0);

    child.kill("SIGINT");
    const [exit]: unknown[] = await once(child, "exit");
    expect(exit).toBe(0);
  });

  test.each([
    [["--ak", "A", "--sk", "S", "--project", "P"], "--port"],
    [["--port", "x", "--ak", "A", "--sk", "S", "--project", "P"], "--port"],
    [["--port", "0", "--ak", "A", "--sk", "S", "--project", "P", "--fast"], "--fast"],
  ])("says in one sentence what is wrong with %j", async (flags, word) => {
    const child = run(...flags);
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    const [code]: unknown[] = await once(child, "close");
    expect(code).not.toBe(0);
    expect(complaint).toContain(word);
    expect(complaint.trim().split("\n")).toHaveLength(1);
  });
});
