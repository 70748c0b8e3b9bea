import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { authorization, canonicalQuery, sdkDate } from "../../shared/api/signing.ts";

const start = fileURLToPath(new URL("../../infra/commands/start.ts", import.meta.url));

const summarySchema = z.object({
  night: z.iso.datetime(),
  selected: z.number(),
  skipped: z.array(z.object({ id: z.string(), reason: z.string() })),
  available: z.number(),
  failed: z.array(z.object({ id: z.string(), reason: z.string() })),
  apiCalls: z.record(z.string(), z.number()),
  durationMs: z.number(),
  provider: z.object({ url: z.string(), ak: z.string(), sk: z.string(), project: z.string() }),
});
type Summary = z.output<typeof summarySchema>;

const vaultsSchema = z.object({
  vaults: z.array(
    z.object({ id: z.string(), tags: z.array(z.object({ key: z.string(), value: z.string() })) }),
  ),
});
const backupsSchema = z.object({
  backups: z.array(
    z.object({ name: z.string(), vault_id: z.string(), resource_id: z.string(), status: z.string() }),
  ),
});

/** Asks the stand-in as any other client would: with fetch and a signature. */
async function ask(provider: Summary["provider"], path: string): Promise<unknown> {
  const query = canonicalQuery([["limit", "1000"]]);
  const date = sdkDate(Date.now());
  const headers = {
    "content-type": "application/json",
    host: new URL(provider.url).host,
    "x-project-id": provider.project,
    "x-sdk-date": date,
  };
  const whole = `/v3/${provider.project}/${path}`;
  const signed = authorization({ method: "GET", path: whole, query, headers }, provider, date);
  const answer = await fetch(`${provider.url}${whole}?${query}`, {
    headers: { ...headers, authorization: signed },
  });
  return answer.json();
}

/** Runs the command until its first line of stdout. */
function run(...flags: string[]): ChildProcess {
  return spawn(process.execPath, [start, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
}

describe("npm start", () => {
  let command: ChildProcess;
  let summary: Summary;

  beforeAll(async () => {
    command = run("--json", "--port", "0", "--vaults", "15");
    const lines = createInterface({ input: command.stdout ?? process.stdin });
    const [line] = await once(lines, "line");
    summary = summarySchema.parse(JSON.parse(line));
  }, 90_000);
  afterAll(() => command.kill("SIGKILL"));

  test("sums the night up: every selected vault has its checkpoint, what was skipped or failed says why", () => {
    expect(summary.selected).toBeGreaterThan(5);
    expect(summary.available).toBe(summary.selected);
    expect(summary.skipped.map(({ reason }) => reason.split(":")[0]).sort()).toEqual([
      "deleting",
      "empty",
      "empty",
      "frozen",
      "full",
      "lock",
    ]);
    expect(summary.failed).toEqual([expect.objectContaining({ reason: expect.stringContaining("7103") })]);
    expect(summary.apiCalls.createCheckpoint).toBeGreaterThan(summary.selected);
  });

  test("agrees with the provider's own state: no resource has two good backups, one vault needed a second attempt", async () => {
    const { vaults } = vaultsSchema.parse(await ask(summary.provider, "vaults"));
    const { backups } = backupsSchema.parse(await ask(summary.provider, "backups"));
    const tagged = vaults.filter(({ tags }) =>
      tags.some(({ key, value }) => key === "backup" && value === "nightly"),
    );
    const skipped = new Set(summary.skipped.map(({ id }) => id));
    const selected = tagged.filter(({ id }) => !skipped.has(id));
    expect(selected).toHaveLength(summary.selected);

    const slot = `vigil-${summary.night.replace(/[:-]/g, "")}`;
    const ours = backups.filter(({ name, status }) => name.startsWith(slot) && status === "available");
    expect(new Set(ours.map(({ vault_id }) => vault_id))).toEqual(new Set(selected.map(({ id }) => id)));
    expect(new Set(ours.map(({ resource_id }) => resource_id)).size).toBe(ours.length);
    const second = ours.filter(({ name }) => name.endsWith("-2"));
    expect(new Set(second.map(({ vault_id }) => vault_id)).size).toBe(1);
  });

  test("goes on running, and ends within five seconds of Ctrl-C with nothing left", async () => {
    expect(command.exitCode).toBeNull();
    const begun_ms = performance.now();
    command.kill("SIGINT");
    const [code] = await once(command, "exit");
    expect(code).toBe(0);
    expect(performance.now() - begun_ms).toBeLessThan(5_000);
    await expect(fetch(summary.provider.url)).rejects.toThrow("fetch failed");
  });
});

describe("npm start with something wrong", () => {
  async function refusal(...flags: string[]): Promise<{ code: unknown; stderr: string }> {
    const command = run(...flags);
    const chunks: Buffer[] = [];
    command.stderr?.on("data", (chunk) => chunks.push(chunk));
    const [code] = await once(command, "close");
    return { code, stderr: Buffer.concat(chunks).toString("utf8") };
  }

  test.each([
    ["an unknown flag", ["--bogus"], "error: unknown option '--bogus'\n"],
    ["a number that is none", ["--vaults", "many"], /^error: --vaults: .*expected number.*\n$/],
    ["no such fault", ["--faults", "evil"], /^error: --faults: .*"none"\|"some"\|"heavy"\n$/],
    [
      "an estate file that is not there",
      ["--estate", "/nowhere.json"],
      /^error: the estate file \/nowhere.json cannot be read\n$/,
    ],
    [
      "an estate file that is none",
      ["--estate", "package.json"],
      /^error: the estate file package.json is wrong: .*projects.*\n$/,
    ],
  ])("%s is one sentence on stderr and an exit code", async (_name, flags, sentence) => {
    const { code, stderr } = await refusal("--once", ...flags);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(1);
  });

  test("a port that is taken is told before anything is started", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const { code, stderr } = await refusal("--port", port);
    await new Promise((resolve) => server.close(resolve));
    expect(stderr).toBe(`error: port ${port} is taken; choose another with --port\n`);
    expect(code).toBe(1);
  });
});
