import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { PageAssets } from "../../shared/report/html.ts";

/** The pages of shared/pages: one folder each, with its main.tsx. */
const PAGES = ["report", "console"] as const;
type PageName = (typeof PAGES)[number];

const folder = fileURLToPath(new URL("../../shared/pages", import.meta.url));

/** Bundles a page's script and style sheet into two texts, for browsers of the last two years. */
export async function buildPage(name: PageName): Promise<PageAssets> {
  const { outputFiles } = await build({
    entryPoints: [`${folder}/${name}/main.tsx`],
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: ["chrome125", "firefox128", "safari18"],
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    write: false,
    logLevel: "silent",
  });
  const textOf = (ending: string) => {
    const file = outputFiles.find(({ path }) => path.endsWith(ending));
    if (!file) throw new Error(`the page ${name} has no ${ending} file`);
    return file.text;
  };
  return { script: textOf(".js"), style: textOf(".css") };
}
