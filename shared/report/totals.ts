import { type CellCounts, countCells, noCells } from "./cells.ts";
import type { ProjectCoverage, Totals } from "./schema.ts";

export function totalsOf(projects: readonly ProjectCoverage[]): Totals {
  const resources = projects.flatMap((project) => project.resources);
  const storage = projects.flatMap((project) => project.storage);
  const cells = noCells();
  const lastNight = noCells();
  for (const { nights } of resources) {
    countCells(cells, nights);
    countCells(lastNight, nights.at(-1) ?? "-");
  }
  const met = (wanted: boolean | null) =>
    resources.filter(({ objective_met }) => objective_met === wanted).length;
  const priced = storage.flatMap(({ cost_per_month }) => cost_per_month ?? []);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return {
    resources: resources.length,
    objective_met: met(true),
    objective_missed: met(false),
    without_objective: met(null),
    in_no_vault: resources.filter(({ vault_id }) => vault_id === null).length,
    cells: named(cells),
    last_night: named(lastNight),
    orphaned_backups: sum(projects.flatMap((project) => project.orphans.map(({ backups }) => backups))),
    approvals: sum(projects.map(({ approvals }) => approvals.length)),
    used_gb: Math.round(sum(storage.map(({ used_gb }) => used_gb)) * 10) / 10,
    cost_per_month: priced.length === 0 ? null : Math.round(sum(priced) * 100) / 100,
  };
}

function named({ P, L, M, F, O, "-": none }: CellCounts): Totals["cells"] {
  return { protected: P, late: L, missing: M, failed: F, open: O, not_expected: none };
}
