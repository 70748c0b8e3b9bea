import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile } from "esbuild";

/** A larger bundle means that something came along which the function does not use. Libraries are in it as they are. */
export const BUNDLE_LIMIT_BYTES = 1_250_000;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The folder that holds one folder per function, each with its job.ts. */
const FUNCTIONS_FOLDER = fileURLToPath(new URL("../../functions", import.meta.url));

interface BundleRequest {
  /** Names of functions: folders of `folder`. */
  readonly names: readonly string[];
  /** Where the function folders are, if not the product's own: each with the handler.ts to start with. */
  readonly folder?: string;
  /**
   * Where to write: `<output>/<name>/index-<hash>.mjs` and what it loads later; source maps of all functions in
   * `<output>/maps/`, where those of earlier bundles stay: files are named after their content.
   */
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
  /** The file to start with and what it exports, as Lambda wants it: `index-<hash>.handler`. */
  readonly handler: string;
  readonly size_bytes: number;
  readonly inputs: readonly BundleInput[];
}

/** A source file of a bundle. */
interface BundleInput {
  /** Relative to the root of this project. */
  readonly path: string;
  /** As it was read, before anything was left out or made shorter. */
  readonly size_bytes: number;
}

// Packages written as CommonJS ask for Node's own modules with require, which an ES module does not have.
const banner =
  'import { createRequire as createRequire_ } from "node:module";const require = createRequire_(import.meta.url);';

/**
 * Bundles functions, each into its own folder with only what it uses. What is behind `import()` is in files of its own
 * beside the first: a cold start reads only what it needs. Every file is named after its content, so that a line of a stack
 * trace names the source map that leads to the source (`npm run trace`). Throws when a bundle is larger than the limit.
 */
export async function bundleFunctions(request: BundleRequest): Promise<Map<string, Bundle>> {
  const bundles = await Promise.all(request.names.map((name) => bundleOne(name, request)));
  return new Map(bundles.map((bundle) => [bundle.name, bundle]));
}

/** The path that stack traces show for what Lambda starts with; no such file exists. */
const writtenEntry = (name: string) => `functions/${name}/handler.ts`;

/** What Lambda starts with is the same for every function of the product, so nobody writes it. */
const entryOf = (name: string, { folder }: BundleRequest): Pick<BuildOptions, "entryPoints" | "stdin"> =>
  folder === undefined
    ? {
        stdin: {
          contents: `import { serve } from "../../shared/lambda/function.ts";
            import { implementation } from "./job.ts";
            export const handler = serve(implementation);`,
          resolveDir: join(FUNCTIONS_FOLDER, name),
          sourcefile: "handler.ts",
          loader: "ts",
        },
      }
    : { entryPoints: [{ in: join(folder, name, "handler.ts"), out: "index" }] };

async function bundleOne(name: string, request: BundleRequest): Promise<Bundle> {
  const { output, files = {}, filesOf = {} } = request;
  const folder = join(output, name);
  const { outputFiles, metafile } = await build({
    ...entryOf(name, request),
    // Nothing is written there: wherever a bundle is made, its files have the same names, and its maps the same paths.
    absWorkingDir: ROOT,
    outdir: ROOT,
    entryNames: "index-[hash]",
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
    sourcesContent: false,
    metafile: true,
    write: false,
    // An option of undici's, as Node's own build of it sets it: leaves out a second, experimental parser.
    define: { esbuildDetection: "true" },
    banner: { js: banner },
    logLevel: "silent",
  });
  const [maps, code] = [true, false].map((isMap) =>
    outputFiles.filter(({ path }) => path.endsWith(".map") === isMap),
  );
  const size_bytes = (code ?? []).reduce((sum, { contents }) => sum + contents.byteLength, 0);
  const inputs = inputsWithin(metafile, { name, size_bytes });
  // The folder is deployed as it is: parts of an earlier bundle must not travel along.
  await rm(folder, { recursive: true, force: true });
  for (const { path, contents } of code ?? []) await write(join(folder, basename(path)), contents);
  for (const { path, contents } of maps ?? []) await write(join(output, "maps", basename(path)), contents);
  for (const [file, text] of Object.entries({ ...files, ...filesOf[name] }))
    await write(join(folder, file), text);
  return { name, folder, handler: handlerOf(metafile, name), size_bytes, inputs };
}

function handlerOf({ outputs }: Metafile, name: string): string {
  const [first] =
    Object.entries(outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(`/${name}/handler.ts`)) ?? [];
  if (first === undefined) throw new Error(`esbuild wrote no file that ${name} starts with`);
  return `${basename(first, ".mjs")}.handler`;
}

/** The source files of a bundle; throws when together they are too large. */
function inputsWithin(
  { inputs, outputs }: Metafile,
  { name, size_bytes }: Pick<Bundle, "name" | "size_bytes">,
): BundleInput[] {
  const parts = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  if (size_bytes > BUNDLE_LIMIT_BYTES) {
    const largest = parts
      .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
      .slice(0, 5)
      .map(([path, { bytesInOutput }]) => `${path} (${bytesInOutput} bytes)`);
    throw new Error(
      `the bundle of ${name} has ${size_bytes} bytes, more than ${BUNDLE_LIMIT_BYTES}; its largest parts: ${largest.join(", ")}`,
    );
  }
  const read = parts.filter(([path]) => path !== writtenEntry(name));
  return read.map(([path]) => ({ path, size_bytes: inputs[path]?.bytes ?? 0 }));
}

async function write(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}
