import type { PruneDecision } from "./decision.ts";
import { refusals } from "./refusals.ts";
import type { Resources } from "./resources.ts";

/**
 * Takes back deletions until every resource keeps `minimum` good backups of ours, the newest first. A resource that
 * does not have so many loses nothing at all, not even a failed backup.
 */
export function keepFloor(
  decisions: readonly PruneDecision[],
  resources: Resources,
  minimum: number,
): PruneDecision[] {
  const doomed = new Set(decisions.filter(({ action }) => action === "delete").map(({ id }) => id));
  const short = new Set<string>();
  for (const resource_id of new Set(decisions.map((decision) => decision.resource_id))) {
    const good = resources.get(resource_id)?.good ?? [];
    if (good.length < minimum) short.add(resource_id);
    let kept = good.filter(({ id }) => !doomed.has(id)).length;
    for (const { id } of good) {
      if (kept >= minimum) break;
      if (doomed.delete(id)) kept++;
    }
  }
  return decisions.map((decision) => {
    const { fingerprint: _, ...rest } = decision;
    if (decision.action !== "delete") return decision;
    if (doomed.has(decision.id) && !short.has(decision.resource_id)) return decision;
    return { ...rest, action: "refuse", code: "floor", reason: `${refusals.floor} (${minimum})` };
  });
}
