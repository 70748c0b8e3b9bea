import type { SeededRandom } from "../../../../infra/local/provider/world/random.ts";
import type { ProjectInput } from "../../night/kind.ts";

/** What the estates of some projects say about deleting; the others keep everything. */
export function drawPruning(random: SeededRandom, project: ProjectInput): ProjectInput {
  if (random.fraction() < 0.3) return project;
  const rule = {
    retention: random.pick([
      { max_backups: 1, failed_retention_days: 1 },
      { max_backups: 2, failed_retention_days: 1 },
      { retention_duration_days: 1, failed_retention_days: 1 },
      { max_backups: 1, retention_duration_days: 2, failed_retention_days: 2 },
      { max_backups: 1, day_backups: 2, timezone: "UTC", failed_retention_days: 1 },
    ]),
    minimum_good_backups: random.pick([1, 1, 2]),
    largest_share: random.pick([1, 1, 0.25]),
  };
  return {
    ...project,
    // A listing must fit into the half of the rate that pruning may use.
    rates: {
      cbr: random.pick([
        { calls: 200, per_seconds: 300 },
        { calls: 40, per_seconds: 60 },
      ]),
    },
    checkpoints: project.checkpoints.map((one) => ({ ...one, prune: rule })),
    prune: {
      schedule: { cron: `${random.between(0, 59)} ${random.between(8, 12)} * * *` },
      mode: random.fraction() < 0.9 ? "delete" : "report",
      ...(random.fraction() < 0.3 && { orphans: { delete_after_days: 1 } }),
    },
  };
}
