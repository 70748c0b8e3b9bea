import type { CheckpointRule, Estate, Project } from "./estate.ts";

// Apart from the schema: functions look things up at once, and read the schema only with the estate.

/** The estate does not hold what a message or command names. */
export class NotInEstate extends Error {
  override readonly name = "NotInEstate";
}

export function projectOf(estate: Estate, name: string): Project {
  const found = estate.projects.find((project) => project.name === name);
  if (!found)
    throw new NotInEstate(
      `the estate has no project ${JSON.stringify(name)}; it has ${names(estate.projects)}`,
    );
  return found;
}

export function ruleOf(project: Project, name: string): CheckpointRule {
  const found = project.checkpoints.find((rule) => rule.name === name);
  if (!found)
    throw new NotInEstate(
      `project ${project.name} has no checkpoint rule ${JSON.stringify(name)}; it has ${names(project.checkpoints)}`,
    );
  return found;
}

const names = (things: readonly { readonly name: string }[]) => things.map(({ name }) => name).join(", ");
