import { join } from "node:path";
import { App } from "aws-cdk-lib";
import type { Estate } from "../shared/estate/estate.ts";
import { buildPage } from "./build-page.ts";
import { bundleFunctions } from "./bundle.ts";
import { FUNCTION_NAMES, VigilStack } from "./stack.ts";

export interface Synthesized {
  /** The cloud assembly: template, assets and manifest. */
  readonly folder: string;
  readonly stackName: string;
}

/** Bundles the functions and writes the cloud assembly of an estate into `folder`. Needs no AWS account. */
export async function synthesize(estate: Estate, folder: string): Promise<Synthesized> {
  const bundles = await bundleFunctions({
    names: FUNCTION_NAMES,
    output: join(folder, "bundles"),
    files: { "estate.json": JSON.stringify(estate) },
    filesOf: { "report-coverage": { "page.json": JSON.stringify(await buildPage("report")) } },
  });
  const stackName = `vigil-${estate.name}`;
  const app = new App({ outdir: folder, autoSynth: false, analyticsReporting: false, treeMetadata: false });
  new VigilStack(app, "Vigil", { stackName, estate, bundles });
  app.synth();
  return { folder, stackName };
}
