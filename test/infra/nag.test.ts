import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { bundleFunctions } from "../../infra/stack/bundle.ts";
import { FUNCTION_NAMES, VigilStack } from "../../infra/stack/stack.ts";
import { exampleEstate } from "./example-estate.ts";

test("cdk-nag's AwsSolutions rules find nothing that is not explained in the code", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vigil-nag-"));
  const bundles = await bundleFunctions({ names: FUNCTION_NAMES, output: join(folder, "bundles") });
  const app = new App({ outdir: join(folder, "out"), analyticsReporting: false });
  new VigilStack(app, "Vigil", { stackName: "vigil-test", estate: exampleEstate, bundles });
  app.synth();
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  await rm(folder, { recursive: true });
  const found = violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
  );
  expect(found).toEqual([]);
});
