import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUNDLE_LIMIT_BYTES, type Bundle, bundleFunctions } from "../../infra/stack/bundle.ts";
import { FUNCTION_NAMES } from "../../infra/stack/stack.ts";

const root = join(import.meta.dirname, "../..");
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
    const { sources } = await readFirst(bundles.get(name));
    expect(sources.join("\n")).not.toMatch(/node_modules\/(@aws-sdk\/client|undici)/);
  });

  test("reads the client of the provider and the estate's schema at its first event", async () => {
    const { sources } = await readFirst(bundles.get(name));
    expect(sources.join("\n")).not.toMatch(/shared\/(api\/transport|estate\/estate)\.ts/);
  });

  test("starts without Node's HTTP and TLS, which take longer to load than the function", async () => {
    const { code } = await readFirst(bundles.get(name));
    expect(code.join("\n")).not.toMatch(/(?:from|import)\s*"(?:node:)?(?:https?|tls)"/);
  });

  test("has a source map for each of its files, by the file's name, which is not deployed", async () => {
    const { sources } = await readFirst(bundles.get(name));
    expect(sources).toContain(`functions/${name}/job.ts`);
  });

  test("holds libraries as they were published", async () => {
    const changed: string[] = [];
    for (const { path, size_bytes } of bundles.get(name)?.inputs ?? []) {
      const published = await stat(join(root, path)).catch(() => undefined);
      if (published?.size !== size_bytes) changed.push(path);
    }
    expect(changed).toEqual([]);
  });

  test("holds no other function, no infrastructure and no part of the stand-in", () => {
    const paths = bundles.get(name)?.inputs.map(({ path }) => path) ?? [];
    const own = paths.filter((path) => /^(functions|infra|test)\//.test(path));
    expect(own.filter((path) => !path.startsWith(`functions/${name}/`))).toEqual([]);
  });
});

/** What a start reads, the first file and what that imports at once: its code, and from the source maps its sources. */
async function readFirst(bundle: Bundle | undefined) {
  if (!bundle) throw new Error("there is no such bundle");
  const files = new Set([moduleOf(bundle)]);
  const code: string[] = [];
  const sources: string[] = [];
  for (const file of files) {
    const text = await readFile(join(bundle.folder, file), "utf8");
    for (const [, imported = ""] of text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) files.add(imported);
    code.push(text);
    sources.push(...JSON.parse(await readFile(join(output, "maps", `${file}.map`), "utf8")).sources);
  }
  return { code, sources };
}

const moduleOf = ({ handler }: Bundle) => handler.replace(/\.handler$/, ".mjs");

test("no bundle holds zod's messages in other languages: `z.core` as a value would bring them along", () => {
  const inputs = [...bundles.values()].flatMap((bundle) => bundle.inputs.map(({ path }) => path));
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
    /the bundle of too-large has \d+ bytes, more than 1250000; its largest parts: .*too-large\/handler.ts/,
  );
});

test("the part of undici that comes along makes requests", async () => {
  const folder = join(import.meta.dirname, "fixtures");
  const made = await bundleFunctions({ names: ["with-undici"], folder, output });
  const bundle = made.get("with-undici");
  if (!bundle) throw new Error("there is no such bundle");
  const { handler } = await import(pathToFileURL(join(bundle.folder, moduleOf(bundle))).href);
  expect(await handler()).toEqual({ status: 200, body: "hello" });
});
