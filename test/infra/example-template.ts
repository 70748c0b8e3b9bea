import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { synthesize } from "../../infra/stack/synthesize.ts";
import { exampleEstate } from "./example-estate.ts";

/** The template of the example estate, and the folder in which it was written, which is gone again. */
export async function exampleTemplate(): Promise<{ readonly template: Template; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "vigil-template-"));
  try {
    await synthesize(exampleEstate, folder);
    const text = await readFile(join(folder, "Vigil.template.json"), "utf8");
    return { template: Template.fromString(text), folder };
  } finally {
    await rm(folder, { recursive: true });
  }
}
