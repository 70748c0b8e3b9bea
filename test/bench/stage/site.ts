import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { atStandIn, demoProject, demoSecret } from "../../../infra/estate/demo.ts";
import { startProvider } from "../../../infra/local/provider/server.ts";
import { createCloud } from "../../../infra/local/provider/service.ts";
import { synthesize } from "../../../infra/stack/synthesize.ts";
import { systemClock } from "../../../shared/core/clock.ts";
import { roles } from "../../../shared/estate/secrets.ts";
import { benchWorld } from "./world.ts";

/** A synthesized estate and the port at which it expects its provider: made once, used by every stage. */
export interface Site {
  readonly port: number;
  /** The cloud assembly as it is deployed. */
  readonly folder: string;
  /** The same without event source mappings: nothing takes messages unless it is told to. */
  readonly still: string;
  readonly secrets: ReadonlyMap<string, string>;
  readonly estate: ReturnType<typeof atStandIn>;
  /** For whatever else must be written; gone with the site. */
  readonly scratch: string;
  close(): Promise<void>;
}

/** The demo's rules, but a rate that never makes anybody wait: the benchmark measures work. */
const rate = { calls: 100_000, per_seconds: 60 };
const project = {
  ...demoProject,
  rates: { cbr: rate, hss: rate, dbss: rate, koophone: rate, iam: rate },
};

export async function openSite(): Promise<Site> {
  const { world, identities } = benchWorld({ vaults: 0, resources: 0 });
  const cloud = createCloud({ world, clock: systemClock, seed: 1 });
  const provider = await startProvider({ cloud, port: 0 });
  await provider.close();
  const scratch = await mkdtemp(join(tmpdir(), "vigil-bench-"));
  const [folder, still] = [join(scratch, "assembly"), join(scratch, "still")];
  const { id: project_id, domain_id: account_id } = identities.project;
  const estate = atStandIn(project, { url: provider.url, project_id, account_id });
  await synthesize(estate, folder);
  await cp(folder, still, { recursive: true });
  await withoutMappings(join(still, "Vigil.template.json"));
  const secretOf = (role: (typeof roles)[number]) => {
    const { ak, sk } = identities.roles[role];
    return JSON.stringify({ kind: "aksk", ak, sk });
  };
  return {
    ...{ folder, still, scratch, estate },
    port: Number(new URL(provider.url).port),
    secrets: new Map(roles.map((role) => [demoSecret(role), secretOf(role)])),
    close: () => rm(scratch, { recursive: true, force: true }),
  };
}

const templateSchema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});

async function withoutMappings(file: string): Promise<void> {
  const template = templateSchema.parse(JSON.parse(await readFile(file, "utf8")));
  const kept = Object.entries(template.Resources).filter(
    ([, { Type }]) => Type !== "AWS::Lambda::EventSourceMapping",
  );
  await writeFile(file, JSON.stringify({ ...template, Resources: Object.fromEntries(kept) }));
}
