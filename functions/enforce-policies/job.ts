import type { Client } from "../../shared/api/client.ts";
import type { Project } from "../../shared/estate/estate.ts";
import { type EachProject, eachProject } from "../../shared/work/each-project.ts";
import type { LeaseTerms } from "../../shared/work/lease.ts";
import { enforceCbr } from "./cbr.ts";
import { enforceHss } from "./hss.ts";
import type { operations } from "./operations.ts";
import type { Stands } from "./stand.ts";

export type Provider = Client<typeof operations>;

export interface EnforceSurroundings extends EachProject {
  readonly invocation: string;
  readonly lease: LeaseTerms;
  readonly provider: (project: Project) => Promise<Provider>;
}

/** One project, with its own client. */
export type InProject = Omit<EnforceSurroundings, "provider"> & {
  readonly project: Project;
  readonly provider: Provider;
};

/**
 * Makes the policies of every project what the estate says, as far as that lengthens protection; the rest is reported and
 * waits for an approval. Nothing is sent when nothing differs.
 */
export function enforcePolicies(surroundings: EnforceSurroundings) {
  return eachProject(surroundings, "policies-unchecked", async (project) => {
    const inProject = { ...surroundings, project, provider: await surroundings.provider(project) };
    const results = await Promise.allSettled([enforceHss(inProject), enforceCbr(inProject)]);
    const stands: Stands[] = [];
    for (const result of results) {
      if (result.status === "rejected") throw result.reason;
      stands.push(...result.value);
    }
    return stands;
  });
}
