import type { CheckpointRule, Project } from "../estate/estate.ts";
import { ruleOf } from "../estate/find.ts";
import type { ProjectPrune } from "../estate/prune.ts";
import type { RetentionPolicy } from "../retention/policy.ts";

/** What the estate says about deleting from one vault. */
export interface PrunePolicy {
  readonly mode: ProjectPrune["mode"];
  /** One for each rule that selects the vault: what any of them keeps is kept. */
  readonly retentions: readonly RetentionPolicy[];
  readonly minimum_good_backups: number;
  readonly recovery_point_objective_hours: number;
  readonly largest_share: number;
  readonly native_automatic: boolean;
  readonly orphans: ProjectPrune["orphans"];
}

/** The estate does not say what may be deleted from a vault, so nothing may. */
export class NoPrunePolicy extends Error {
  override readonly name = "NoPrunePolicy";
}

type PruningRule = CheckpointRule & { readonly prune: NonNullable<CheckpointRule["prune"]> };

const prunes = (rule: CheckpointRule): rule is PruningRule => rule.prune !== undefined;

/**
 * Joins what several rules say about one vault: the strictest of each, and whatever any of them keeps. A rule without
 * a prune section keeps everything. Throws NoPrunePolicy, and NotInEstate for a rule that the estate has lost.
 */
export function prunePolicy(project: Project, rules: readonly string[]): PrunePolicy {
  const all = rules.map((name) => ruleOf(project, name));
  const pruning = all.filter(prunes);
  if (!project.prune) throw new NoPrunePolicy(`project ${project.name} has no prune section`);
  if (pruning.length === 0 || pruning.length < all.length) {
    throw new NoPrunePolicy(`not every rule of ${rules.join(", ")} in project ${project.name} prunes`);
  }
  const { mode, native_automatic, orphans } = project.prune;
  return {
    mode,
    native_automatic,
    orphans,
    retentions: pruning.map(({ prune }) => prune.retention),
    minimum_good_backups: Math.max(...pruning.map(({ prune }) => prune.minimum_good_backups)),
    largest_share: Math.min(...pruning.map(({ prune }) => prune.largest_share)),
    recovery_point_objective_hours: Math.min(
      ...pruning.map(({ recovery_point_objective_hours }) => recovery_point_objective_hours),
    ),
  };
}
