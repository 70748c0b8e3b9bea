import { eachProject } from "../../shared/work/each-project.ts";
import { enforceCbr } from "./cbr.ts";
import { enforceHss } from "./hss.ts";
import type { Stands } from "./stand.ts";
import type { EnforceSurroundings } from "./surroundings.ts";

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
