import { readFile } from "node:fs/promises";
import * as z from "zod";
import type { Estate } from "../estate/estate.ts";

/**
 * The estate that was deployed with the function: estate.json beside its bundle. Its schema is half of what a function
 * would read at its start, and is read with the estate.
 */
export async function readEstate(folder: URL): Promise<Estate> {
  const [text, { estateSchema }] = await Promise.all([
    readFile(new URL("estate.json", folder), "utf8"),
    import("../estate/estate.ts"),
  ]);
  // Once in a function's life: generating code for it would cost more than it saves.
  const parsed = estateSchema.safeParse(JSON.parse(text), { jitless: true });
  if (!parsed.success) throw new Error(`the deployed estate.json is wrong: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
