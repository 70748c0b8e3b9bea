import { readFile } from "node:fs/promises";
import * as z from "zod";
import { type Estate, estateSchema } from "../estate/estate.ts";

/** The estate that was deployed with the function: estate.json beside its bundle. */
export async function readEstate(folder: URL): Promise<Estate> {
  const text = await readFile(new URL("estate.json", folder), "utf8");
  // Once in a function's life: generating code for it would cost more than it saves.
  const parsed = estateSchema.safeParse(JSON.parse(text), { jitless: true });
  if (!parsed.success) throw new Error(`the deployed estate.json is wrong: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
