import { App } from "aws-cdk-lib";
import * as z from "zod";
import { systemClock } from "../shared/runtime/clock.ts";
import { command, runCommand } from "./commands/fail.ts";
import { DEFAULT_ESTATE, loadEstate } from "./load-estate.ts";
import { synthesize } from "./synthesize.ts";

// Run by itself it writes cdk.out/; run by the CDK's own command line, the folder and `-c estate=FILE` come from there.

const context = z.string().optional().catch(undefined);

await runCommand(async () => {
  const program = command(
    "synth",
    "Write the template of an estate and everything it deploys, without an AWS account",
  )
    .option("--estate <file>", "the estate file")
    .option("--output <folder>", "where to write", process.env.CDK_OUTDIR ?? "cdk.out");
  const options = z
    .object({ estate: z.string().optional(), output: z.string() })
    .parse(program.parse().opts());
  const file =
    options.estate ??
    context.parse(new App({ autoSynth: false }).node.tryGetContext("estate")) ??
    DEFAULT_ESTATE;
  const { folder, stackName } = await synthesize(await loadEstate(file, systemClock.now()), options.output);
  process.stdout.write(`${folder} holds the stack ${stackName} of the estate ${file}\n`);
});
