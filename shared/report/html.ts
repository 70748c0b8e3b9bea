import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { html, raw } from "hono/html";
import { isCellState, isRed } from "./cells.ts";
import type { CoverageReport } from "./schema.ts";

/** The page's own code, built from shared/pages. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** Without scripts, as some mailboxes show it, the page says this much. */
const rowsWithoutScript = 100;

/**
 * One self-contained page: it asks nobody for anything. The report travels in it compressed, where no name can be
 * taken for markup, and only the script whose hash the page names may run.
 */
export function toHtml(report: CoverageReport, { script, style }: PageAssets): string {
  const data = gzipSync(JSON.stringify(report)).toString("base64");
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Coverage of ${report.estate}, ${report.nights.at(-1) ?? ""}</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
<div id="app">${summary(report)}</div>
<script type="application/octet-stream" id="report">${raw(data)}</script>
<script type="module">${raw(script)}</script>
</body>
</html>
`;
  return String(page);
}

function summary({ estate, generated_at, nights, totals, projects }: CoverageReport) {
  const { last_night } = totals;
  const rows = projects.flatMap((project) =>
    project.resources.flatMap((resource) => {
      const letter = resource.nights.at(-1) ?? "-";
      return isCellState(letter) && isRed(letter) ? [{ project: project.name, ...resource }] : [];
    }),
  );
  return html`<main>
<h1>Coverage of ${estate}</h1>
<p>Written ${generated_at}. Night ${nights.at(-1) ?? ""}: ${last_night.protected} protected, ${last_night.late} late, ${last_night.missing} missing, ${last_night.failed} failed, ${last_night.open} under way, ${last_night.not_expected} not expected.</p>
<p>${totals.resources} resources: ${totals.objective_met} within their recovery point objective, ${totals.objective_missed} not, ${totals.in_no_vault} in no vault.</p>
<table>
<caption>Not backed up in the last night${rows.length > rowsWithoutScript ? ` (the first ${rowsWithoutScript} of ${rows.length})` : ""}</caption>
<thead><tr><th scope="col">Project</th><th scope="col">Resource</th><th scope="col">Reason</th></tr></thead>
<tbody>${rows.slice(0, rowsWithoutScript).map(({ project, name, id, failures }) => {
    const failure = failures.at(-1);
    return html`<tr><td>${project}</td><td><bdi>${name}</bdi> ${id}</td><td>${failure?.code ?? ""} ${failure?.reason ?? ""} ${failure?.measure ?? ""}</td></tr>`;
  })}</tbody>
</table>
</main>`;
}
