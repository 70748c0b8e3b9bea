import { stringify } from "csv-stringify/sync";
import { cellStates, countCells, isCellState, noCells } from "./cells.ts";
import type { CoverageReport, ProjectCoverage, ResourceCoverage } from "./schema.ts";

const columns = [
  "project",
  "project_id",
  "vault_id",
  "vault_name",
  "resource_id",
  "resource_name",
  "resource_type",
  "rules",
  "objective_hours",
  "newest_good_at",
  "newest_good_age_hours",
  "objective_met",
  "protected",
  "late",
  "missing",
  "failed",
  "open",
  "not_expected",
  "backups_own",
  "backups_native",
  "backups_other",
  "backup_mb",
  "note",
  "latest_trouble",
  "handling_measure",
] as const;

/**
 * One line for each resource and one column for each night, for auditors: RFC 4180, CRLF, with a byte order mark so
 * that spreadsheets read UTF-8. A text that a spreadsheet would take for a formula gets an apostrophe in front.
 */
export function toCsv({ nights, projects }: CoverageReport): string {
  const rows = projects.flatMap((project) => {
    const vaultNames = new Map(project.vaults.map(({ id, name }) => [id, name]));
    return project.resources.map((resource) => row(project, resource, vaultNames));
  });
  return stringify([[...columns, ...nights], ...rows], {
    record_delimiter: "windows",
    bom: true,
    escape_formulas: true,
  });
}

function row(
  project: ProjectCoverage,
  resource: ResourceCoverage,
  vaultNames: ReadonlyMap<string, string>,
): (string | number | null)[] {
  const cells = noCells();
  countCells(cells, resource.nights);
  const failure = resource.failures.at(-1);
  const { own, native, other } = resource.backups;
  return [
    project.name,
    project.project_id,
    resource.vault_id,
    vaultNames.get(resource.vault_id ?? "") ?? null,
    resource.id,
    resource.name,
    resource.type,
    resource.rules.join(" "),
    resource.objective_hours,
    resource.newest_good_at,
    resource.newest_good_age_hours,
    resource.objective_met === null ? null : resource.objective_met ? "yes" : "no",
    ...[cells.P, cells.L, cells.M, cells.F, cells.O, cells["-"]],
    ...[own, native, other, resource.backup_mb],
    resource.note,
    failure ? `${failure.date}: ${failure.code ? `${failure.code}: ` : ""}${failure.reason}` : null,
    failure?.measure ?? null,
    ...[...resource.nights].map((letter) => (isCellState(letter) ? cellStates[letter].name : letter)),
  ];
}
