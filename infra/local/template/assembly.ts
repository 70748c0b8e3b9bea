import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({ templateFile: z.string(), stackName: z.string().optional() })
        .partial()
        .optional(),
    }),
  ),
});

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Condition: z.string().optional(),
    }),
  ),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).default({}),
});

type Template = z.output<typeof templateSchema>;

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

export interface Assembly {
  readonly stackName: string;
  readonly template: Template;
  /** Where the code of an asset lies on this machine, by the key it would have in the asset bucket. */
  readonly assets: ReadonlyMap<string, string>;
}

/** Reads what the synthesis wrote: the one stack's template, and where its assets are. */
export async function readAssembly(folder: string): Promise<Assembly> {
  const { artifacts } = manifestSchema.parse(await readJson(join(folder, "manifest.json")));
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === "aws:cloudformation:stack");
  const [stack] = stacks;
  const templateFile = stack?.[1].properties?.templateFile;
  if (!stack || !templateFile || stacks.length > 1)
    throw new Error(`${folder} holds ${stacks.length} stacks; the local engine runs exactly one`);
  const [name, { properties }] = stack;
  const { files } = assetsSchema.parse(await readJson(join(folder, `${name}.assets.json`)));
  const assets = Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }) => [objectKey, join(folder, source.path)] as const),
  );
  return {
    stackName: properties?.stackName ?? name,
    template: templateSchema.parse(await readJson(join(folder, templateFile))),
    assets: new Map(assets),
  };
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}
