import { readFileSync } from "node:fs";
import { CommandFailure } from "../fail.ts";

/** The decoded content of a JSON file. Throws CommandFailure when there is none, or when it is not JSON. */
export function readJson(file: string, what: string): unknown {
  const text = read(file, what);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandFailure(
      `${what} ${file} is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const why =
      code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : String(error);
    throw new CommandFailure(`${what} ${file} cannot be read: ${why}`);
  }
}
