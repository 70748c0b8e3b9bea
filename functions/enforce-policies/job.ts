import type { policiesDue } from "../../events/policies-due.ts";
import type { Deps } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import { eachProject } from "../../shared/work/each-project.ts";
import { enforceCbr } from "./cbr.ts";
import { definition } from "./definition.ts";
import { enforceHss } from "./hss.ts";
import type { PolicyOutcome } from "./outcome.ts";

/**
 * Makes the policies of every project what the estate says, as far as that lengthens protection; the rest is reported and
 * waits for an approval. Nothing is sent when nothing differs.
 */
export function enforcePolicies(_due: ReturnType<typeof policiesDue.parse>, deps: Deps<typeof definition>) {
  return eachProject(deps, "policies-unchecked", async (project, signal) => {
    const inProject = { ...deps, project, provider: await deps.provider(project, signal) };
    const outcomes: PolicyOutcome[] = [];
    const failures: unknown[] = [];
    // Host security's first: its policy is in the backup service's list as well, and must be known there.
    for (const enforce of [enforceHss, enforceCbr]) {
      await enforce(inProject).then(
        (some) => outcomes.push(...some),
        (error: unknown) => failures.push(error),
      );
    }
    if (failures.length > 0) throw failures[0];
    return outcomes;
  });
}

export const implementation = implement(definition, enforcePolicies);
