import type { Project } from "./estate.ts";

/** What is wrong with a project's pruning although every field is right by itself. Pure. */
export function checkPrune({ prune, checkpoints }: Project, path: string): string[] {
  const pruning = checkpoints.flatMap((rule, index) => (rule.prune ? [index] : []));
  if (prune && pruning.length === 0) {
    return [
      `${path}.prune: no checkpoint rule has a prune section; expected at least one that says what to keep`,
    ];
  }
  if (prune) return [];
  return pruning.map(
    (index) =>
      `${path}.checkpoints[${index}].prune: the project has no prune section, and nothing would be pruned; expected ${path}.prune with a schedule`,
  );
}
