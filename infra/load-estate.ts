import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { type Estate, estateSchema } from "../shared/estate/estate.ts";

/** The estate that is deployed when nothing else is asked for. */
export const DEFAULT_ESTATE = fileURLToPath(new URL("./estate.json", import.meta.url));

/** An estate file cannot be used; the message names the file and what is wrong in it. */
export class WrongEstate extends Error {
  override readonly name = "WrongEstate";
}

/** Reads an estate file. Throws WrongEstate. */
export async function loadEstate(path: string): Promise<Estate> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw new WrongEstate(`the estate file ${path} cannot be read`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new WrongEstate(
      `the estate file ${path} is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
  const parsed = estateSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${z.core.toDotPath(issue.path) || "it"}: ${issue.message}`,
  );
  throw new WrongEstate(`the estate file ${path} is wrong: ${problems.join("; ")}`);
}
