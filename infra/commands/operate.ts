import type { Command } from "commander";
import type { AnyOperation } from "../../shared/api/operation.ts";
import { systemRandom } from "../../shared/core/random.ts";
import type { Project } from "../../shared/estate/estate.ts";
import { CommandFailure, command, runCommand } from "./fail.ts";
import { approve } from "./operate/approve.ts";
import { doctorLines } from "./operate/finding.ts";
import { targetOperations } from "./operate/hold-target.ts";
import { hold, releaseHold } from "./operate/holds.ts";
import { lift } from "./operate/pauses.ts";
import { rerun } from "./operate/rerun.ts";
import { resume, stop } from "./operate/stop.ts";
import { operations, why } from "./operate/why.ts";
import { addPlaceOptions, openPlace, type Place, placeOptions, providerOf } from "./place/place.ts";

await runCommand(async () => {
  const program = command("operate", "What an operator needs at night, here or on a deployment");
  add(program, "stop", "delete nothing more and back no phone up, until resume", (place, _, { reason }) =>
    stop(place, reason),
  );
  add(program, "resume", "take the stop flag off and go on", (place) => resume(place));
  add(
    program,
    "hold <id>",
    "keep a backup, a vault, a resource, a checkpoint, or what contains a part, from being pruned",
    (place, target, { reason }) =>
      hold(place, { id: newHold(), target, reason, lookUp: observer(place, targetOperations) }),
  );
  add(program, "release-hold <id>", "release a hold, by its id or by what it holds", releaseHold);
  add(program, "approve <hash>", "let the plan of this hash be carried out", approve);
  add(program, "why <backup>", "what is known of a backup, and why it is there or gone", (place, backup_id) =>
    why(place, { backup_id, lookUp: observer(place, operations) }),
  );
  add(program, "rerun <vault>", "try the latest slot of a vault again", rerun);
  add(
    program,
    "lift-pause <project> <service>",
    "call a service again before the pause that the provider asked for is over",
    (place, project, { more: [service = ""] }) => lift(place, project, service),
  );
  add(
    program,
    "doctor",
    "look at deployment, credentials, permissions, endpoints, clock, estate and what protects; changes nothing",
    examine,
  );
  await program.parseAsync();
});

/** The exit code tells a script what the lines tell a person. */
async function examine(place: Place): Promise<string[]> {
  // The stack is made to see what it consists of: no other command needs the CDK.
  const { doctor } = await import("./operate/doctor.ts");
  const findings = await doctor(place);
  if (findings.some(({ state }) => state === "wrong")) process.exitCode = 1;
  return doctorLines(findings);
}

interface ActOptions {
  readonly reason: string;
  /** The arguments after the first. */
  readonly more: readonly string[];
}

type Act = (place: Place, argument: string, options: ActOptions) => Promise<string[]>;

/** One command: it opens the place it works on, says what it did, and closes it. */
function add(program: Command, usage: string, description: string, act: Act): void {
  const [name = usage] = usage.split(" ");
  const one = command(name, description);
  if (name === "stop" || name === "hold")
    one.option("--reason <text>", "why, for those who come after", "no reason was given");
  addPlaceOptions(one);
  for (const argument of usage.split(" ").slice(1)) one.argument(argument);
  one.action(async () => {
    const { reason, ...options } = one.opts();
    const place = await openPlace(placeOptions.parse(options));
    try {
      const [first = "", ...more] = one.args;
      const lines = await act(place, first, { reason: String(reason), more }).catch((error: unknown) => {
        throw isMissing(error) ? notThere(place, error) : error;
      });
      process.stdout.write(`${[`On ${place.name}:`, ...lines].join("\n")}\n`);
    } finally {
      place.close();
    }
  });
  program.addCommand(one);
}

/** AWS calls a table or queue that is not there so, and does not say which. */
function isMissing(error: unknown): error is Error {
  return error instanceof Error && /^(ResourceNotFoundException|QueueDoesNotExist)$/.test(error.name);
}

function notThere({ name }: Place, { message }: Error): CommandFailure {
  return new CommandFailure(
    `${name} is not there, or not whole: ${message}; name another with --region, --estate and --stack, or deploy it`,
  );
}

function newHold(): string {
  return `hold-${systemRandom.id().slice(0, 8)}`;
}

/** Looks at the provider in the role that may only look, if its credential can be read from here. */
function observer<const Table extends Readonly<Record<string, AnyOperation>>>(place: Place, table: Table) {
  const connections = providerOf(place, "observe", 5_000);
  return (project: Project) => connections(project, table);
}
