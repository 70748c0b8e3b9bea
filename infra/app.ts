import { App } from "aws-cdk-lib";
import * as z from "zod";
import { systemClock } from "../shared/core/clock.ts";
import { command, runCommand } from "./commands/fail.ts";
import { demoEstate } from "./estate/demo.ts";
import { DEFAULT_ESTATE, loadEstate } from "./estate/load.ts";
import { synthesize } from "./stack/synthesize.ts";

// Run by itself it writes cdk.out/, of the demo's estate unless a file is named. Run by the CDK's own command line, the folder
// and `-c estate=FILE` come from there; what it deploys is always an estate file.

const context = z.string().optional().catch(undefined);

await runCommand(async () => {
  const ofCdk = process.env.CDK_OUTDIR;
  const program = command(
    "synth",
    "Write the template of an estate and everything it deploys, without an AWS account",
  )
    .option("--estate <file>", "the estate file (default: the demo's estate)")
    .option("--output <folder>", "where to write", ofCdk ?? "cdk.out");
  const options = z
    .object({ estate: z.string().optional(), output: z.string() })
    .parse(program.parse().opts());
  const file =
    options.estate ??
    context.parse(new App({ autoSynth: false }).node.tryGetContext("estate")) ??
    (ofCdk === undefined ? undefined : DEFAULT_ESTATE);
  const estate = file === undefined ? demoEstate() : await loadEstate(file, systemClock.now());
  const { folder, stackName } = await synthesize(estate, options.output);
  process.stdout.write(
    `${folder} holds the stack ${stackName} of ${file === undefined ? "the demo's estate" : `the estate ${file}`}\n`,
  );
});
