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
    const stands: Stands[] = [];
    const failures: unknown[] = [];
    // Host security's first: its policy is in the backup service's list as well, and must be known there.
    for (const enforce of [enforceHss, enforceCbr]) {
      await enforce(inProject).then(
        (some) => stands.push(...some),
        (error: unknown) => failures.push(error),
      );
    }
    if (failures.length > 0) throw failures[0];
    return stands;
  });
}
