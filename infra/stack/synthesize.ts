import { join } from "node:path";
import { App } from "aws-cdk-lib";
import {
  ANNOTATIONS_IN_VALIDATION_REPORT,
  CDK_APP_MODE_CONTEXT,
  VALIDATE_AGAINST_DEFAULT_RULES,
} from "aws-cdk-lib/cx-api";
import { functions } from "../../functions/all.ts";
import type { Estate } from "../../shared/estate/estate.ts";
import type { FunctionDefinition } from "../../shared/lambda/definition.ts";
import { buildPage } from "./build-page.ts";
import { bundleFunctions } from "./bundle.ts";
import { stackNameOf } from "./names.ts";
import { FUNCTION_NAMES, VigilStack } from "./stack.ts";

interface Synthesized {
  /** The cloud assembly: template, assets and manifest. */
  readonly folder: string;
  readonly stackName: string;
}

/**
 * An app that writes its cloud assembly into `folder`. Whoever runs it (our commands, the CDK's, the local engine), its
 * `synth()` throws what CloudFormation would refuse and what a construct reports as an error, instead of printing it.
 */
export function createApp(folder: string): App {
  return new App({
    ...{ outdir: folder, autoSynth: false, analyticsReporting: false, treeMetadata: false },
    // After the context of the command line: nobody can switch it off there.
    postCliContext: {
      [VALIDATE_AGAINST_DEFAULT_RULES]: true,
      [ANNOTATIONS_IN_VALIDATION_REPORT]: true,
      // The error then holds the whole report.
      [CDK_APP_MODE_CONTEXT]: "inmemory",
    },
  });
}

/** The page's code for each function that writes one, by the function's name. */
async function pages(): Promise<Record<string, { "page.json": string }>> {
  const all: readonly FunctionDefinition[] = functions;
  const built: Record<string, { "page.json": string }> = {};
  for (const { name, page } of all)
    if (page) built[name] = { "page.json": JSON.stringify(await buildPage(page)) };
  return built;
}

/** Bundles the functions and writes the cloud assembly of an estate into `folder`. Needs no AWS account. */
export async function synthesize(estate: Estate, folder: string): Promise<Synthesized> {
  const bundles = await bundleFunctions({
    names: FUNCTION_NAMES,
    output: join(folder, "bundles"),
    files: { "estate.json": JSON.stringify(estate) },
    filesOf: await pages(),
  });
  const stackName = stackNameOf(estate);
  const app = createApp(folder);
  new VigilStack(app, "Vigil", { stackName, estate, bundles });
  app.synth();
  return { folder, stackName };
}
