import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { onlyAgentOfUndici, onlyCredentialsOfTheEnvironment } from "./bundle-plugins.ts";

/** A larger bundle means that something came along which the function does not use. */
export const BUNDLE_LIMIT_BYTES = 1_000_000;

/** The folder that holds one folder per function, each with its handler.ts. */
export const FUNCTIONS_FOLDER = fileURLToPath(new URL("../functions", import.meta.url));

export interface BundleRequest {
  /** Names of functions: folders of `folder`. */
  readonly names: readonly string[];
  /** Where the function folders are. Default: the product's own. */
  readonly folder?: string;
  /** Where to write: `<output>/<name>/index.mjs`, and its source map as `<output>/maps/<name>/index.mjs.map`. */
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

/** Bundles functions, each into its own folder with only what it uses. Throws when one is larger than the limit. */
export async function bundleFunctions(request: BundleRequest): Promise<Map<string, Bundle>> {
  const { names, folder = FUNCTIONS_FOLDER, output, files = {}, filesOf = {} } = request;
  const result = await build({
    entryPoints: names.map((name) => ({ in: join(folder, name, "handler.ts"), out: join(name, "index") })),
    outdir: output,
    outExtension: { ".js": ".mjs" },
    bundle: true,
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
    plugins: [onlyAgentOfUndici, onlyCredentialsOfTheEnvironment],
    logLevel: "silent",
  });
  const bundles = new Map<string, Bundle>();
  await Promise.all(
    result.outputFiles.map(async ({ path, contents }) => {
      const name = basename(dirname(path));
      if (path.endsWith(".map")) return write(join(output, "maps", name, basename(path)), contents);
      const bundle = describe(name, dirname(path), contents.byteLength, result.metafile);
      bundles.set(name, bundle);
      await write(path, contents);
      for (const [file, text] of Object.entries({ ...files, ...filesOf[name] }))
        await write(join(bundle.folder, file), text);
    }),
  );
  return bundles;
}

function describe(name: string, folder: string, size_bytes: number, metafile: Metafile): Bundle {
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(join(name, "index.mjs")));
  const inputs = output?.[1].inputs ?? {};
  if (size_bytes > BUNDLE_LIMIT_BYTES) {
    const largest = Object.entries(inputs)
      .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
      .slice(0, 5)
      .map(([path, { bytesInOutput }]) => `${relative(process.cwd(), path)} (${bytesInOutput} bytes)`);
    throw new Error(
      `the bundle of ${name} has ${size_bytes} bytes, more than ${BUNDLE_LIMIT_BYTES}; its largest parts: ${largest.join(", ")}`,
    );
  }
  return { name, folder, size_bytes, inputs: Object.keys(inputs) };
}

async function write(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}
