import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";

const PREVIEW = fileURLToPath(new URL("../../infra/commands/preview.ts", import.meta.url));
const NOW = "2026-11-20T08:00:00Z";
const DAY_MS = 86_400_000;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "preview-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user does, in a process of its own. */
function preview(...options: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, NO_COLOR: "1" };
    execFile(process.execPath, [PREVIEW, ...options], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** One nightly backup of one server for each age, and a volume's only one. */
const NIGHTS = [0, 1, 2, 3].map((age) => ({
  id: `night-${age}`,
  resource_id: "server-1",
  resource_name: "web-01",
  created_at: new Date(Date.parse(NOW) - age * DAY_MS - 3_600_000).toISOString().slice(0, -1),
  resource_size: age === 3 ? "40" : 40,
  vault_id: "a field that nobody needs here",
}));
const VOLUME = { id: "volume", resource_id: "volume-1", created_at: "2026-09-30T23:30:00Z" };
const BACKUPS = [...NIGHTS, VOLUME];

async function given(policy: unknown, backups: unknown = BACKUPS): Promise<string[]> {
  const policyFile = await file("policy.json", policy);
  const backupsFile = await file("backups.json", backups);
  return ["--policy", policyFile, "--backups", backupsFile, "--now", NOW];
}

test("for machines, the last line is the array of decisions, in the order of the file", async () => {
  const { code, stdout, stderr } = await preview(...(await given({ max_backups: 2 })), "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toEqual([
    { id: "night-0", action: "keep", reasons: ["among the newest 2"] },
    { id: "night-1", action: "keep", reasons: ["among the newest 2"] },
    { id: "night-2", action: "expire", reasons: ["not among the newest 2"] },
    { id: "night-3", action: "expire", reasons: ["not among the newest 2"] },
    { id: "volume", action: "keep", reasons: ["among the newest 2"] },
  ]);
});

test("for people, a calendar, a line for each resource, and the reasons", async () => {
  const policy = { max_backups: 2, timezone: "Europe/Berlin" };
  const { code, stdout, stderr } = await preview(...(await given(policy)));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.split("\n").map((line) => line.replace(/ +/g, " ").trim());
  expect(lines).toContain("At 2026-11-20 09:00 (Europe/Berlin), of 5 backups: 3 kept, 2 expired.");
  expect(stdout).toContain("frees up to 80 GB: backups are incremental, so this is an upper bound");
  // 23:30 UTC on 30 September is 1 October in Berlin.
  expect(lines).toContain(`2026-10 ● ${"· ".repeat(30).trimEnd()}`);
  expect(lines).toContain(`2026-11 ${"· ".repeat(16)}○ ○ ● ● ${"· ".repeat(10).trimEnd()}`);
  expect(lines.filter((line) => line.startsWith("2026-09"))).toEqual([]);
  expect(lines).toContain("web-01 4 2 2 2026-11-19 08:00 2026-11-20 08:00");
  expect(lines).toContain("volume-1 1 1 0 2026-10-01 01:30 2026-10-01 01:30");
  expect(lines).toContain("○ 2026-11-18 08:00 web-01 night-2 not among the newest 2");
  expect(lines).toContain("● 2026-11-20 08:00 web-01 night-0 among the newest 2");
});

test("a day of which some backups stay and some go has a symbol of its own", async () => {
  const twice = [NIGHTS[0], { ...NIGHTS[0], id: "earlier", created_at: "2026-11-20T01:00:00Z" }];
  const { stdout } = await preview(...(await given({ max_backups: 1 }, twice)));
  expect(stdout).toMatch(/^2026-11 {3}(· ){19}◐ /m);
});

test("it says so when everything is kept because no rule is in force", async () => {
  const { stdout } = await preview(...(await given({ week_backups: 1, timezone: "UTC" })));
  expect(stdout).toContain("5 kept, 0 expired");
  expect(stdout).toMatch(
    /Everything is kept: neither max_backups nor retention_duration_days\b.* is in force, whatever the tiers say\./,
  );
});

test("long lists are cut, and --all shows them whole", async () => {
  const many = Array.from({ length: 50 }, (_, age) => ({
    id: `b${age}`,
    resource_id: `r${age}`,
    created_at: new Date(Date.parse(NOW) - (age + 1) * DAY_MS).toISOString(),
  }));
  const options = await given({ retention_duration_days: 1 }, many);
  const cut = await preview(...options);
  expect(cut.stdout).toContain("… and 20 more backups; --all lists them");
  expect(cut.stdout).toContain("… and 30 more resources; --all lists them");
  const whole = await preview(...options, "--all");
  expect(whole.stdout).not.toContain("--all lists them");
  expect(whole.stdout.match(/older than 1 day$/gm)).toHaveLength(50);
});

describe("two policies compared", () => {
  const comparison = z.object({
    days: z.number(),
    every_hours: z.number(),
    a: z.object({ deletes: z.number(), frees_at_most_gb: z.number() }),
    b: z.object({ deletes: z.number(), frees_at_most_gb: z.number() }),
    backups: z.array(z.object({ id: z.string(), a: z.string().nullable(), b: z.string().nullable() })),
  });

  async function compared(...more: readonly string[]) {
    const other = await file("other.json", { retention_duration_days: 3 });
    const options = [...(await given({ max_backups: 3 })), "--compare", other, "--days", "2", ...more];
    const text = await preview(...options);
    const json = await preview(...options, "--json");
    const [first = "", last = ""] = json.stdout.trimEnd().split("\n");
    expect(JSON.parse(last)).toHaveLength(5);
    return { text: text.stdout.replace(/ +/g, " "), json: comparison.parse(JSON.parse(first)) };
  }

  test("backups go as time passes and as new ones are made", async () => {
    const { text, json } = await compared();
    expect(json).toEqual({
      days: 2,
      every_hours: 24,
      a: { deletes: 3, frees_at_most_gb: 120 },
      b: { deletes: 4, frees_at_most_gb: 120 },
      backups: [
        { id: "night-1", a: "2026-11-22T08:00:00.000Z", b: "2026-11-22T08:00:00.000Z" },
        { id: "night-2", a: "2026-11-21T08:00:00.000Z", b: "2026-11-21T08:00:00.000Z" },
        { id: "night-3", a: "2026-11-20T08:00:00.000Z", b: "2026-11-20T08:00:00.000Z" },
        { id: "volume", a: null, b: "2026-11-20T08:00:00.000Z" },
      ],
    });
    expect(text).toContain("2026-11-20 08:00 1 up to 40 GB 2 up to 40 GB (and 1 of unknown size)");
    expect(text).toContain("2026-11-21 08:00 1 up to 40 GB 1 up to 40 GB");
    expect(text).toContain("Freed by A: up to 120 GB; by B: up to 120 GB (and 1 of unknown size).");
    expect(text).toContain("what is freed is at most that");
    expect(text).toContain("Differently treated: 1 backups");
    expect(text).toContain("2026-09-30T23:30:00Z volume-1 volume stays goes 2026-11-20 08:00");
  });

  test("without new backups, counting rules let nothing more go", async () => {
    const { text, json } = await compared("--every", "0");
    expect(json.backups.map(({ id, a }) => [id, a])).toEqual([
      ["night-1", null],
      ["night-2", null],
      ["night-3", "2026-11-20T08:00:00.000Z"],
      ["volume", null],
    ]);
    expect(text).toContain("No new backups are expected");
  });
});

describe("what is wrong is said in one sentence, without a stack trace", () => {
  const cases: [string, () => Promise<string[]>, string][] = [
    ["a policy field", () => given({ max_backups: 0 }), "max_backups must be -1"],
    ["an unknown policy field", () => given({ hourly: 3 }), "unknown field hourly"],
    ["a whole policy", () => given({ policy: {} }), "unknown field policy"],
    ["no JSON", () => given("{"), "is not JSON"],
    ["no array of backups", () => given({}, { backups: [] }), "it must be an array of backups"],
    [
      "a backup without a date",
      () => given({}, [{ ...VOLUME, created_at: undefined }]),
      "backup volume: created_at",
    ],
    ["a backup without an id", () => given({}, [{ ...VOLUME, id: undefined }]), "the backup at index 0: id"],
    ["a date that is none", () => given({}, [{ ...VOLUME, created_at: "soon" }]), 'no timestamp: "soon"'],
    ["an id used twice", () => given({}, [VOLUME, VOLUME]), "two backups have the id volume"],
    ["an unknown option", async () => [...(await given({})), "--force"], "unknown option '--force'"],
    [
      "days without a number",
      async () => [...(await given({})), "--days", "x"],
      "--days must be a whole number",
    ],
    ["no options", async () => [], "required option --backups is missing (or --project"],
    ["a bad moment", async () => [...(await given({})), "--now", "today"], "now must be a time such as"],
    [
      "a missing file",
      async () => [...(await given({})), "--policy", "/nowhere/p.json"],
      "there is no such file",
    ],
    [
      "the other policy",
      async () => [...(await given({})), "--compare", await file("other.json", { day_backups: 1 })],
      "other.json: the retention policy is refused: timezone is missing",
    ],
  ];
  test.each(cases)("%s", async (_, options, sentence) => {
    const { code, stdout, stderr } = await preview(...(await options()));
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
  });
});
