import { readdir } from "node:fs/promises";
import type { ExampleEvent } from "../../../shared/pages/console/state.ts";

const folder = new URL("../../../events/", import.meta.url);

/** The example of every event of events/, in its envelope. */
export async function exampleEvents(): Promise<ExampleEvent[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts"));
  const modules = await Promise.all(
    files.map((file): Promise<Record<string, unknown>> => import(new URL(file, folder).href)),
  );
  return modules
    .flatMap((module) => Object.values(module))
    .filter(isDefinition)
    .map(({ name, version, example }) => ({
      name,
      text: JSON.stringify({ event: name, version, data: example }, null, 2),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface Definition {
  readonly name: string;
  readonly version: number;
  readonly example: unknown;
}

function isDefinition(value: unknown): value is Definition {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "version" in value &&
    typeof value.version === "number" &&
    "example" in value
  );
}
