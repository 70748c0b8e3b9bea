import { readFileSync } from "node:fs";
import * as z from "zod";
import { type Estate, estateSchema } from "../estate/estate.ts";

/** The estate that was deployed with the function: estate.json beside its bundle. */
export function readEstate(folder: URL): Estate {
  const text = readFileSync(new URL("estate.json", folder), "utf8");
  const parsed = estateSchema.safeParse(JSON.parse(text), { jitless: true });
  if (!parsed.success) throw new Error(`the deployed estate.json is wrong: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
