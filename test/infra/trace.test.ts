import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleFunctions } from "../../infra/stack/bundle.ts";
import { traceBack } from "../../infra/stack/trace.ts";

let output: string;
let maps: string;
/** The stack of the error that the bundled fixture throws. */
let stack: string;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), "vigil-trace-"));
  maps = join(output, "maps");
  const folder = join(import.meta.dirname, "fixtures");
  const bundle = (await bundleFunctions({ names: ["failing"], folder, output })).get("failing");
  if (!bundle) throw new Error("there is no such bundle");
  const file = join(bundle.folder, bundle.handler.replace(/\.handler$/, ".mjs"));
  const start = `const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)}); await handler();`;
  stack = (await run(["--input-type=module", "--eval", start])).stderr;
});
afterAll(() => rm(output, { recursive: true }));

/** Where the fixture throws, and who called it. */
const thrown = "test/infra/fixtures/failing/later.ts:7:9";
const called = "test/infra/fixtures/failing/handler.ts:4:10";

const trace = (input: string) =>
  run([join(import.meta.dirname, "../../infra/commands/trace.ts"), "-", "--maps", maps], input);

/** A process of Node's own: the test runner would change the code that it loads. */
async function run(flags: readonly string[], input = "") {
  const child = spawn(process.execPath, flags, { stdio: "pipe" });
  const ended = once(child, "exit");
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { code, stdout, stderr };
}

test("the stack of a deployed function leads to the source, later files and all", async () => {
  expect(stack).toContain(output);
  const traced = await traceBack(stack, maps);
  expect(traced.unknown).toEqual([]);
  expect(traced.text).toContain("Error: on purpose\n");
  expect(traced.text).toContain(thrown);
  expect(traced.text).toContain(called);
});

test("so does the stack in a line of a log, wherever the bundle lay", async () => {
  const lambda = stack.replaceAll(/file:\/\/\S*\//g, "file:///var/task/");
  const line = JSON.stringify({ level: "ERROR", error: { stack: lambda, location: "index.mjs:1" } });
  const traced = JSON.parse((await traceBack(line, maps)).text);
  expect(traced.error.stack).toContain(`(${thrown})`);
  expect(traced.error.location).toBe("index.mjs:1");
});

test("a bundle's maps stay when its function is bundled anew", async () => {
  const folder = join(import.meta.dirname, "fixtures");
  await bundleFunctions({ names: ["with-undici"], folder, output });
  await bundleFunctions({ names: ["failing"], folder, output });
  expect((await traceBack(stack, maps)).unknown).toEqual([]);
});

test("the command reads standard input", async () => {
  const { code, stdout } = await trace(stack);
  expect(stdout).toContain(thrown);
  expect(code).toBe(0);
});

test("the command prints a trace that it knows nothing of as it is, and says which map is missing", async () => {
  const foreign = "Error: x\n    at file:///var/task/index-AAAAAAAA.mjs:1:2\n";
  const { code, stdout, stderr } = await trace(foreign);
  expect(stdout).toBe(foreign);
  expect(stderr).toContain("no source map of index-AAAAAAAA.mjs");
  expect(code).toBe(1);
});

test("a text without any place of a bundle is refused", async () => {
  const { code, stderr } = await trace("nothing\n");
  expect(stderr).toContain("- names no place in a bundle");
  expect(code).toBe(1);
});
