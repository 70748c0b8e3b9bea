import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUNDLE_LIMIT_BYTES, type Bundle, bundleFunctions } from "../../infra/bundle.ts";
import { FUNCTION_NAMES } from "../../infra/stack.ts";

let output: string;
let bundles: Map<string, Bundle>;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), "vigil-bundle-"));
  bundles = await bundleFunctions({ names: FUNCTION_NAMES, output, files: { "estate.json": "{}" } });
});
afterAll(() => rm(output, { recursive: true }));

describe.each([...FUNCTION_NAMES])("the bundle of %s", (name) => {
  test("is one file with the estate beside it, and under the limit", async () => {
    const bundle = bundles.get(name);
    expect(await readdir(bundle?.folder ?? "")).toEqual(["estate.json", "index.mjs"]);
    expect(bundle?.size_bytes).toBeLessThan(BUNDLE_LIMIT_BYTES);
  });

  test("has its source map beside it, which is not deployed", async () => {
    const map = JSON.parse(await readFile(join(output, "maps", name, "index.mjs.map"), "utf8"));
    expect(map.sources.join()).toContain(`functions/${name}/job.ts`);
  });

  test("holds no other function, no infrastructure and no part of the stand-in", () => {
    const own = bundles.get(name)?.inputs.filter((path) => /^(functions|infra|test)\//.test(path)) ?? [];
    expect(own.every((path) => path.startsWith(`functions/${name}/`))).toBe(true);
  });
});

test("no bundle holds zod's messages in other languages: `z.core` as a value would bring them along", () => {
  const inputs = [...bundles.values()].flatMap((bundle) => bundle.inputs);
  expect(inputs.filter((path) => path.includes("/locales/") && !path.endsWith("/en.js"))).toEqual([]);
});

test("a bundle that is too large is refused, and its largest parts are named", async () => {
  const folder = join(output, "sources");
  await mkdir(join(folder, "too-large"), { recursive: true });
  const text = JSON.stringify("x".repeat(BUNDLE_LIMIT_BYTES));
  await writeFile(join(folder, "too-large", "handler.ts"), `export const handler = () => ${text};`);
  await expect(bundleFunctions({ names: ["too-large"], folder, output })).rejects.toThrow(
    /the bundle of too-large has \d+ bytes, more than 1000000; its largest parts: .*too-large\/handler.ts/,
  );
});

test("the part of undici that comes along makes requests", async () => {
  const folder = join(import.meta.dirname, "fixtures");
  const made = await bundleFunctions({ names: ["with-undici"], folder, output });
  const { handler } = await import(
    pathToFileURL(join(made.get("with-undici")?.folder ?? "", "index.mjs")).href
  );
  expect(await handler()).toEqual({ status: 200, body: "hello" });
});
