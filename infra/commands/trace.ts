import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { traceBack } from "../stack/trace.ts";
import { CommandFailure, command, runCommand } from "./fail.ts";

await runCommand(async () => {
  const program = command("trace", "Lead the stack traces of deployed functions back to the source")
    .argument("<file>", "a stack trace or a log with some; - for standard input")
    .option("--maps <folder>", "the source maps, which every synthesis adds to", "cdk.out/bundles/maps")
    .parse();
  const { maps } = z.object({ maps: z.string() }).parse(program.opts());
  const file = z.string().parse(program.args[0]);
  const traced = await traceBack(
    file === "-" ? await text(process.stdin) : await readFile(file, "utf8"),
    maps,
  );
  if (traced.places === 0)
    throw new CommandFailure(
      `${file} names no place in a bundle; expected lines like index-ABCD1234.mjs:12:345`,
    );
  process.stdout.write(traced.text);
  if (traced.unknown.length > 0)
    throw new CommandFailure(
      `${maps} has no source map of ${traced.unknown.join(", ")}: give the folder of the deployment that they came from as --maps`,
    );
});
