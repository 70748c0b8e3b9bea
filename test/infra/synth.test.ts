import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadEstate } from "../../infra/estate/load.ts";

const now_ms = Date.parse("2026-11-21T09:00:00Z");
const example = fileURLToPath(new URL("../../infra/estate.json", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vigil-synth-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs `npm run synth`, or what the CDK's command line runs, in a process of its own. */
function synth(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  return new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>(
    (resolve) => {
      const env = { ...process.env, ...variables };
      execFile(process.execPath, ["infra/app.ts", ...words], { env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      });
    },
  );
}

const refusal =
  /^error: the estate file \S+estate\.json is wrong: projects\[0\]\.project_id: replace-with-the-project-id is a placeholder; write the id of the project, .*; projects\[0\]\.account_id: replace-with-the-account-id is a placeholder; write .*\n$/;

describe("the example's placeholders are refused, with their paths and what to write", () => {
  const output = () => join(folder, "refused");

  test.each<readonly [string, () => Parameters<typeof synth>]>([
    ["--estate", () => [["--estate", example, "--output", output()], {}]],
    [
      "-c estate",
      () => [["--output", output()], { CDK_CONTEXT_JSON: JSON.stringify({ estate: example }) }] as const,
    ],
    ["cdk deploy", () => [[], { CDK_OUTDIR: output() }] as const],
  ])("by %s", async (_, of) => {
    const { code, stdout, stderr } = await synth(...of());
    expect(stderr).toMatch(refusal);
    expect([code, stdout]).toEqual([1, ""]);
  });
});

test("without an estate the demo's is synthesized", async () => {
  const output = join(folder, "demo");
  const { code, stdout, stderr } = await synth(["--output", output]);
  expect(stderr).toBe("");
  expect(stdout).toBe(`${output} holds the stack vigil-demo of the demo's estate\n`);
  expect(code).toBe(0);
  const template = await readFile(join(output, "Vigil.template.json"), "utf8");
  expect(template).toContain('"vigil-demo-night-demo-nightly"');
}, 60_000);

describe("an estate file", () => {
  /** The example with its placeholders filled in, and one field of its project as it is given. */
  async function fileWith(field: string, value: unknown): Promise<string> {
    const estate: { projects: Record<string, unknown>[] } = JSON.parse(await readFile(example, "utf8"));
    const [project] = estate.projects;
    const filled = { ...project, project_id: "a".repeat(32), account_id: "b".repeat(32), [field]: value };
    const file = join(folder, "estate.json");
    await writeFile(file, JSON.stringify({ ...estate, projects: [filled] }));
    return file;
  }

  test("whose placeholders are filled in is taken", async () => {
    const file = await fileWith("region", "eu-de");
    expect((await loadEstate(file, now_ms)).name).toBe("example");
  });

  const zeros = "0".repeat(32);
  test.each([
    ["project_id", zeros, "project_id"],
    ["account_id", "00000000-0000-0000-0000-000000000000", "account_id"],
    ["project_id", "replace-with-yours", "project_id"],
    [
      "instances",
      { notifications: { topics: [`urn:smn:eu-de:${zeros}:t`] } },
      "instances.notifications.topics[0]",
    ],
    ["instances", { phones: { releasers: ["000000000000"] } }, "instances.phones.releasers[0]"],
    [
      "instances",
      { phones: { releasers: ["arn:aws:iam::000000000000:role/release"] } },
      "instances.phones.releasers[0]",
    ],
  ])("with a placeholder in %s (%j) is refused", async (field, value, path) => {
    const file = await fileWith(field, value);
    await expect(loadEstate(file, now_ms)).rejects.toThrow(`projects[0].${path}: `);
    await expect(loadEstate(file, now_ms)).rejects.toThrow(/ is a placeholder; write /);
  });

  test("with ids that begin with zeros is taken", async () => {
    const file = await fileWith("project_id", `${"0".repeat(31)}1`);
    expect((await loadEstate(file, now_ms)).projects).toHaveLength(1);
  });
});
