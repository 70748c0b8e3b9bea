import type { Service } from "../api/operation.ts";
import type { CheckpointRule, Estate, Project } from "./estate.ts";

// Apart from the schema: functions look things up at once, and read the schema only with the estate.

export const services = ["cbr", "iam", "dbss", "hss", "koophone"] as const satisfies readonly Service[];

/** The override as the endpoints want it: a service is either there or not. */
export function withoutUndefined(
  overrides: Partial<Record<Service, string | undefined>>,
): Partial<Record<Service, string>> {
  return Object.fromEntries(
    services.flatMap((service) => (overrides[service] ? [[service, overrides[service]]] : [])),
  );
}

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
