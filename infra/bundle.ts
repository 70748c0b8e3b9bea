import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import {
  builtinsWhenUsed,
  onlyAgentOfUndici,
  onlyCredentialsOfTheEnvironment,
  withoutUncalled,
} from "./bundle-plugins.ts";

/** A larger bundle means that something came along which the function does not use. */
export const BUNDLE_LIMIT_BYTES = 1_000_000;

/** The folder that holds one folder per function, each with its handler.ts. */
export const FUNCTIONS_FOLDER = fileURLToPath(new URL("../functions", import.meta.url));

export interface BundleRequest {
  /** Names of functions: folders of `folder`. */
  readonly names: readonly string[];
  /** Where the function folders are. Default: the product's own. */
  readonly folder?: string;
  /** Where to write: `<output>/<name>/index.mjs` and what it loads later, and source maps in `<output>/maps/<name>/`. */
  readonly output: string;
  /** Files that travel beside each bundle, by name: their text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further files of single functions, by the function's name. */
  readonly filesOf?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Bundle {
  readonly name: string;
  /** The folder that becomes the function's code. */
  readonly folder: string;
  readonly size_bytes: number;
  /** What is in it: paths of the source files, relative to the working directory. */
  readonly inputs: readonly string[];
}

// Packages written as CommonJS ask for Node's own modules with require, which an ES module does not have.
const banner =
  'import { createRequire as createRequire_ } from "node:module";const require = createRequire_(import.meta.url);';

/**
 * Bundles functions, each into its own folder with only what it uses. What is behind `import()` is in files of its own
 * beside index.mjs: a cold start reads only what it needs. Throws when a bundle is larger than the limit.
 */
export async function bundleFunctions(request: BundleRequest): Promise<Map<string, Bundle>> {
  const bundles = await Promise.all(request.names.map((name) => bundleOne(name, request)));
  return new Map(bundles.map((bundle) => [bundle.name, bundle]));
}

async function bundleOne(
  name: string,
  { folder: sources = FUNCTIONS_FOLDER, output, files = {}, filesOf = {} }: BundleRequest,
): Promise<Bundle> {
  const folder = join(output, name);
  const { outputFiles, metafile } = await build({
    entryPoints: [{ in: join(sources, name, "handler.ts"), out: "index" }],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    chunkNames: "[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "none",
    sourcemap: "external",
    metafile: true,
    write: false,
    // Read by undici, as in Node's own build of it: leaves out a second, experimental parser.
    define: { esbuildDetection: "true" },
    banner: { js: banner },
    plugins: [builtinsWhenUsed, onlyAgentOfUndici, onlyCredentialsOfTheEnvironment, withoutUncalled],
    logLevel: "silent",
  });
  const [maps, code] = [true, false].map((isMap) =>
    outputFiles.filter(({ path }) => path.endsWith(".map") === isMap),
  );
  const size_bytes = (code ?? []).reduce((sum, { contents }) => sum + contents.byteLength, 0);
  const bundle = { name, folder, size_bytes, inputs: inputsWithin(metafile, { name, size_bytes }) };
  // The folder is deployed as it is: parts of an earlier bundle must not travel along.
  const mapsFolder = join(output, "maps", name);
  for (const old of [folder, mapsFolder]) await rm(old, { recursive: true, force: true });
  for (const { path, contents } of code ?? []) await write(path, contents);
  for (const { path, contents } of maps ?? []) await write(join(mapsFolder, basename(path)), contents);
  for (const [file, text] of Object.entries({ ...files, ...filesOf[name] }))
    await write(join(folder, file), text);
  return bundle;
}

/** The source files of a bundle; throws when together they are too large. */
function inputsWithin(
  { outputs }: Metafile,
  { name, size_bytes }: Pick<Bundle, "name" | "size_bytes">,
): string[] {
  const parts = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  if (size_bytes > BUNDLE_LIMIT_BYTES) {
    const largest = parts
      .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
      .slice(0, 5)
      .map(([path, { bytesInOutput }]) => `${relative(process.cwd(), path)} (${bytesInOutput} bytes)`);
    throw new Error(
      `the bundle of ${name} has ${size_bytes} bytes, more than ${BUNDLE_LIMIT_BYTES}; its largest parts: ${largest.join(", ")}`,
    );
  }
  return parts.map(([path]) => path);
}

async function write(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}
