import type { Document, Notification } from "../publish/publisher.ts";
import { isCellState, isRed } from "./cells.ts";
import { toCsv } from "./csv.ts";
import { type PageAssets, toHtml } from "./html.ts";
import { type CoverageReport, coverageReportSchema } from "./schema.ts";

export interface ReportDocuments {
  readonly json: Document;
  readonly csv: Document;
  readonly html: Document;
}

/** The report as files, under the day of its last night; a second report of the same night replaces the first. */
export function reportDocuments(report: CoverageReport, page: PageAssets): ReportDocuments {
  const folder = `reports/${report.nights.at(-1)}`;
  return {
    json: {
      name: `${folder}/coverage.json`,
      contentType: "application/json; charset=utf-8",
      body: JSON.stringify(coverageReportSchema.parse(report)),
    },
    csv: { name: `${folder}/coverage.csv`, contentType: "text/csv; charset=utf-8", body: toCsv(report) },
    html: {
      name: `${folder}/coverage.html`,
      contentType: "text/html; charset=utf-8",
      body: toHtml(report, page),
    },
  };
}

/** As many lines of what is wrong as a mail shows at a glance; the rest is in the report. */
const most = 15;

/** The morning's message: a few lines, and where the whole report is. */
export function morningText(
  report: CoverageReport,
  places: { readonly html: string; readonly json: string; readonly csv: string },
): Notification {
  const { totals, estate, projects } = report;
  const { last_night } = totals;
  const night = report.nights.at(-1) ?? "";
  const wrong = linesOf(report);
  const failure = wrong.length > 0 || totals.objective_missed > 0;
  return {
    subject: `Vigil: coverage of ${estate}, night ${night}: ${failure ? "look at it" : "as it should be"}`,
    more: places.html,
    text: [
      `${totals.resources} resources: ${totals.objective_met} within their recovery point objective, ${totals.objective_missed} not, ${totals.in_no_vault} in no vault.`,
      `Night ${night}: ${last_night.protected} protected, ${last_night.late} late, ${last_night.missing} missing, ${last_night.failed} failed, ${last_night.open} under way.`,
      ...(totals.approvals > 0 ? [`${totals.approvals} plans wait for an approval.`] : []),
      ...(totals.orphaned_backups > 0 ? [`${totals.orphaned_backups} orphaned backups.`] : []),
      ...projects.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
      ...wrong.slice(0, most),
      ...(wrong.length > most ? [`and ${wrong.length - most} more`] : []),
      "",
      `Page: ${places.html}`,
      `JSON: ${places.json}`,
      `CSV: ${places.csv}`,
    ].join("\n"),
    attributes: { kind: "coverage-report", estate, state: failure ? "trouble" : "good" },
  };
}

/** One line for each resource whose last night is red. */
function linesOf({ projects, nights }: CoverageReport): string[] {
  const last = nights.at(-1);
  return projects.flatMap((project) =>
    project.resources.flatMap(({ id, name, nights: letters, failures }) => {
      const letter = letters.at(-1) ?? "-";
      if (!isCellState(letter) || !isRed(letter)) return [];
      const failure = failures.findLast(({ date }) => date === last);
      const why = failure
        ? `${failure.code ? `${failure.code}: ` : ""}${failure.reason}`
        : "no reason was recorded";
      return [`  ${project.name}: ${name} (${id}): ${why}`];
    }),
  );
}
