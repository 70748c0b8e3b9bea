import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseEstate, WrongEstate } from "../shared/estate/check.ts";
import type { Estate } from "../shared/estate/estate.ts";

/** The estate that is deployed when nothing else is asked for. */
export const DEFAULT_ESTATE = fileURLToPath(new URL("./estate.json", import.meta.url));

/** Reads an estate file as of a time: zones change. Throws WrongEstate, whose message names the file. */
export async function loadEstate(path: string, now_ms: number): Promise<Estate> {
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
  try {
    return parseEstate(content, now_ms);
  } catch (error) {
    if (!(error instanceof WrongEstate)) throw error;
    throw new WrongEstate(`the estate file ${path} is wrong: ${error.message.replaceAll("\n", "; ")}`);
  }
}
