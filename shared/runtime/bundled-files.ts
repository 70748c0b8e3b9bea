import { readFile } from "node:fs/promises";
import * as z from "zod";
import { type Estate, estateSchema } from "../estate/estate.ts";
import type { PageAssets } from "../report/html.ts";

/** What was deployed beside a function's bundle, which this file is a part of. */
const read = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(name, import.meta.url), "utf8"));

export async function readEstate(): Promise<Estate> {
  // Once in a function's life: generating code for it would cost more than it saves.
  const parsed = estateSchema.safeParse(await read("estate.json"), { jitless: true });
  if (!parsed.success) throw new Error(`the deployed estate.json is wrong: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The code of the report's page. */
export async function readPage(): Promise<PageAssets> {
  return z.object({ script: z.string(), style: z.string() }).parse(await read("page.json"));
}
