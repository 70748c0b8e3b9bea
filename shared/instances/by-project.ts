import type { Estate, Project } from "../estate/estate.ts";

/** Sorts messages by the project of the estate that they name; those that name none are `broken`, by index. */
export function byProject<Message extends { readonly project: string }>(
  { projects }: Estate,
  messages: readonly Message[],
): { readonly groups: ReadonlyMap<Project, Message[]>; readonly broken: number[] } {
  const byName = new Map(projects.map((project) => [project.name, project]));
  const groups = new Map<Project, Message[]>();
  const broken: number[] = [];
  for (const [index, message] of messages.entries()) {
    const project = byName.get(message.project);
    if (!project) {
      broken.push(index);
      continue;
    }
    const group = groups.get(project);
    if (group) group.push(message);
    else groups.set(project, [message]);
  }
  return { groups, broken };
}
