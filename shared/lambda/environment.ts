import * as z from "zod";
import { type Clock, scaledClock, systemClock } from "../core/clock.ts";

/** The function cannot start: its environment is not what its definition asks for. */
class WrongEnvironment extends Error {
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
