import * as z from "zod";
import { type Clock, scaledClock, systemClock } from "./clock.ts";

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
