import { readFileSync } from "node:fs";
import * as z from "zod";
import type { PageAssets } from "../report/html.ts";

const pageSchema = z.object({ script: z.string(), style: z.string() });

/** The code of the report's page that was deployed with the function: page.json beside its bundle. */
export function readPage(folder: URL): PageAssets {
  return pageSchema.parse(JSON.parse(readFileSync(new URL("page.json", folder), "utf8")));
}
