import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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
  test("is code with the estate beside it, and under the limit", async () => {
    const bundle = bundles.get(name);
    const others = (await readdir(bundle?.folder ?? "")).filter((file) => !file.endsWith(".mjs"));
    expect(others).toEqual(["estate.json"]);
    expect(bundle?.size_bytes).toBeLessThan(BUNDLE_LIMIT_BYTES);
  });

  test("reads no AWS client and no undici before they are used", async () => {
    const first = await filesReadFirst(bundles.get(name)?.folder ?? "");
    expect(first.join("\n")).not.toMatch(/node_modules\/(@aws-sdk\/client|undici)/);
  });

  test("reads the client of the provider and the estate's schema at its first event", async () => {
    const first = await filesReadFirst(bundles.get(name)?.folder ?? "");
    expect(first.join("\n")).not.toMatch(/shared\/(api\/transport|estate\/estate)\.ts/);
  });

  test("imports none of those modules of Node that are dear to import", async () => {
    const folder = bundles.get(name)?.folder ?? "";
    const code = (await readdir(folder)).filter((file) => file.endsWith(".mjs"));
    const texts = await Promise.all(code.map((file) => readFile(join(folder, file), "utf8")));
    expect(texts.join("\n")).not.toMatch(/(?:from|import\()\s*"(?:node:)?(?:crypto|fs|https?|net|tls)"/);
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

/** The source files of index.mjs and of what it imports at once, from the source maps. */
async function filesReadFirst(folder: string): Promise<string[]> {
  const maps = join(output, "maps", basename(folder));
  const files = new Set(["index.mjs"]);
  const sources: string[] = [];
  for (const file of files) {
    const text = await readFile(join(folder, file), "utf8");
    for (const [, imported = ""] of text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) files.add(imported);
    sources.push(...JSON.parse(await readFile(join(maps, `${file}.map`), "utf8")).sources);
  }
  return sources;
}

test("no bundle holds zod's messages in other languages: `z.core` as a value would bring them along", () => {
  const inputs = [...bundles.values()].flatMap((bundle) => bundle.inputs);
  expect(inputs.filter((path) => path.includes("/locales/") && !path.endsWith("/en.js"))).toEqual([]);
});

test("a bundle holds nothing of the one that was there before", async () => {
  const folder = join(output, "changing");
  await mkdir(join(folder, "changed"), { recursive: true });
  const bundled = async (text: string) => {
    await writeFile(join(folder, "changed", "later.ts"), `export const later = "${text}";`);
    await writeFile(
      join(folder, "changed", "handler.ts"),
      'export const handler = () => import("./later.ts");',
    );
    const made = await bundleFunctions({ names: ["changed"], folder, output });
    return readdir(made.get("changed")?.folder ?? "");
  };
  const [before, after] = [await bundled("before"), await bundled("after")];
  expect(after).toHaveLength(before.length);
  expect(after).not.toEqual(before);
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
