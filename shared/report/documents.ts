import type { Document } from "../runtime/publisher.ts";
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
