import { readFile } from "node:fs/promises";
import * as z from "zod";
import { type Clock, scaledClock, systemClock } from "../core/clock.ts";
import { type Estate, estateSchema } from "../estate/estate.ts";
import type { PageAssets } from "../report/html.ts";

/** The function cannot start: its environment is not what its definition asks for. */
export class WrongEnvironment extends Error {
  override readonly name = "WrongEnvironment";
}

/** Gives a function's variables by name; throws at once, naming those that are missing. */
export function readVariables(
  names: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): (name: string) => string {
  const missing = names.filter((name) => !variables[name]);
  if (missing.length > 0)
    throw new WrongEnvironment(`environment variables are missing: ${missing.join(", ")}`);
  return (name) => {
    const value = variables[name];
    if (value === undefined)
      throw new WrongEnvironment(`the definition does not ask for the variable ${name}`);
    return value;
  };
}

const scaled = z.object({
  origin_ms: z.number(),
  wall_origin_ms: z.number(),
  speed: z.number().positive(),
});

/** The clock of a function: real time, unless the local engine says by VIGIL_CLOCK how fast its time runs. */
export function clockFromEnvironment(variables: Readonly<Record<string, string | undefined>>): Clock {
  const { VIGIL_CLOCK } = variables;
  return VIGIL_CLOCK ? scaledClock(scaled.parse(JSON.parse(VIGIL_CLOCK))) : systemClock;
}

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
