import type { Command } from "commander";
import * as z from "zod";

/** How a command line names a deployment; with none of them, the engine on this machine is meant. */
export const placeOptions = z.object({
  estate: z.string().optional(),
  stack: z.string().optional(),
  table: z.string().optional(),
  region: z.string().optional(),
});

export type PlaceOptions = z.output<typeof placeOptions>;

export function addPlaceOptions(command: Command): Command {
  return command
    .option("--estate <file>", "the estate of the deployment")
    .option("--stack <name>", "the deployment's stack (default: that of the estate)")
    .option("--table <name>", "the deployment's table (default: that of the stack)")
    .option("--region <name>", "the deployment's AWS region");
}
