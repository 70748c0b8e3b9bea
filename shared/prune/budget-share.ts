/** What pruning may use of a project's calls: checkpoints must always find at least half of what the provider allows. */
export const pruneBudget = { name: "prune", share: 0.5 } as const;
