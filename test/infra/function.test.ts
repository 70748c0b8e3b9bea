import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { VigilFunction } from "../../infra/stack/constructs/function.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vigil-function-"));
  await writeFile(join(folder, "index.mjs"), "export const handler = () => {};");
});
afterAll(() => Promise.all([folder, `${folder}-out`].map((each) => rm(each, { recursive: true }))));

const environment = z.object({
  TABLE_NAME: z.string().min(1),
  LIMIT: z.stringbool().optional(),
  MODE: z.enum(["fast", "slow"]),
});

function synthesize(set: (made: VigilFunction) => void): () => void {
  const app = new App({ outdir: `${folder}-out`, analyticsReporting: false });
  const made = new VigilFunction(new Stack(app, "Test"), "Function", {
    name: "example",
    description: "An example",
    environment,
    bundle: { name: "example", folder, handler: "index.handler", size_bytes: 1, inputs: [] },
    timeout_s: 10,
    memory_mb: 128,
  });
  set(made);
  return () => app.synth();
}

test("a function with all its variables is synthesized", () => {
  expect(synthesize((made) => made.set("TABLE_NAME", "ledger").set("MODE", "fast"))).not.toThrow();
});

test("a missing variable fails the synthesis by name", () => {
  expect(synthesize((made) => made.set("MODE", "fast"))).toThrow(
    "example: environment variable TABLE_NAME is missing; bind or set it in the stack",
  );
});

test("a variable that the function does not know fails the synthesis by name", () => {
  expect(
    synthesize((made) => made.set("TABLE_NAME", "ledger").set("MODE", "fast").set("TABEL_NAME", "x")),
  ).toThrow("example: environment variable TABEL_NAME is not in its environment schema");
});

test("a value that the schema refuses fails the synthesis by name", () => {
  expect(synthesize((made) => made.set("TABLE_NAME", "ledger").set("MODE", "wild"))).toThrow(
    /example: environment variable MODE: .*"fast"\|"slow"/,
  );
});
