import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { parseEstate, WrongEstate } from "../../shared/estate/check.ts";
import type { Estate } from "../../shared/estate/estate.ts";

/** The example to start from. It is deployed when no other is named, once its placeholders are filled in. */
export const DEFAULT_ESTATE = fileURLToPath(new URL("../estate.json", import.meta.url));

/**
 * Reads an estate file as of a time: zones change. Throws WrongEstate, whose message names the file; so it does for
 * placeholders that nobody has filled in, since whatever is made of them would look after nothing.
 */
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
    const estate = parseEstate(content, now_ms);
    const placeholders = placeholdersIn(content, []);
    if (placeholders.length > 0) throw new WrongEstate(placeholders.join("\n"));
    return estate;
  } catch (error) {
    if (!(error instanceof WrongEstate)) throw error;
    throw new WrongEstate(`the estate file ${path} is wrong: ${error.message.replaceAll("\n", "; ")}`);
  }
}

/** What stands for a value in an example: our own words, and ids of zeros alone, by themselves or in a URN or ARN. */
const placeholder = /^replace-with-|(^|:)0[0-]{7,}(:|$)/;

/** What is written in place of the placeholder of a field, by the field's name. */
const written: Readonly<Record<string, string>> = {
  project_id: "the id of the project, as the provider's console shows it under My Credentials",
  account_id: "the id of the account (domain), as the provider's console shows it under My Credentials",
};

/** One line for each placeholder in an estate as it is in the file: its path, and what to write instead. Pure. */
function placeholdersIn(value: unknown, path: readonly (string | number)[]): string[] {
  if (typeof value === "string") {
    if (!placeholder.test(value)) return [];
    const field = path.findLast((part) => typeof part === "string") ?? "";
    return [
      `${z.core.toDotPath(path)}: ${value} is a placeholder; write ${written[field] ?? "your own value"}`,
    ];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => placeholdersIn(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, item]) => placeholdersIn(item, [...path, field]));
}
