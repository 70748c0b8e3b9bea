import { createServer } from "node:net";
import * as z from "zod";
import { type Clock, type ScaledTime, scaledClock, systemClock } from "../../../shared/core/clock.ts";
import { presetNames } from "../../local/provider/faults.ts";
import { CommandFailure, command } from "../fail.ts";

const whole = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

const flagsSchema = z.object({
  once: z.boolean().default(false),
  json: z.boolean().default(false),
  vaults: whole(1, 20_000),
  seed: whole(0, 999_999_999),
  faults: z.enum(presetNames),
  speed: z.coerce.number().min(1).max(600),
  estate: z.string().optional(),
  port: whole(0, 65_535),
});

export type StartFlags = z.output<typeof flagsSchema>;

/** Reads the command line; a wrong flag is a CommandFailure that names it. */
export function readFlags(argv: readonly string[]): StartFlags {
  const program = command("start", "Run tonight's whole cycle on the demo estate in the local engine")
    .option("--once", "end when the night is settled, with 0 if every goal was met")
    .option("--json", "print the summary as one line of JSON, the last of stdout")
    .option("--vaults <number>", "how many vaults the demo estate has", "40")
    .option("--seed <number>", "decides the demo world and its faults", "1")
    .option("--faults <kind>", `what goes wrong at the provider: ${presetNames.join(", ")}`, "none")
    .option("--speed <number>", "how much faster than real time everything runs", "100")
    .option("--estate <file>", "an estate whose rules are run on the demo world instead of the demo's own")
    .option("--port <number>", "where the status answers while it goes on running", "4700");
  const parsed = flagsSchema.safeParse(program.parse(argv).opts());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CommandFailure(`--${issue?.path.join(".")}: ${issue?.message}`);
}

/** A clock that stands still until it is started: nothing is late because something else took long to prepare. */
interface StartableClock extends Clock {
  start(): ScaledTime;
}

export function startableClock(origin_ms: number, speed: number): StartableClock {
  let running: Clock | undefined;
  return {
    now: () => running?.now() ?? origin_ms,
    wall: systemClock.wall,
    after: (delay_ms, callback) => systemClock.after(delay_ms / speed, callback),
    start() {
      const time = { origin_ms, wall_origin_ms: systemClock.wall(), speed };
      running = scaledClock(time);
      return time;
    },
  };
}

/** Fails when a port of 127.0.0.1 is taken: found out before the night, not after it. */
export async function assertFree(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new CommandFailure(`port ${port} is taken; choose another with --port`)
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
