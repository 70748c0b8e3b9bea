import { readFileSync } from "node:fs";
import { renderProviderPolicies } from "../provider-policies/policies.ts";
import { renderEstateSchema } from "./estate-schema.ts";
import { renderEventExamples } from "./event-examples.ts";
import { renderFunctionsPage } from "./functions-page.ts";
import { withMetrics } from "./metrics-table.ts";
import { renderOperationsTable, withCoverage } from "./operations-table.ts";
import { renderReportSchema } from "./report-schema.ts";

const root = new URL("../../", import.meta.url);

/** A file of the repository that is written from the code: its path from the root, and what it must hold. */
export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}

/** Everything that `npm run docs` writes, and that a test holds to be current. */
export function generatedFiles(): GeneratedFile[] {
  return [
    { path: "docs/operations.md", content: renderOperationsTable() },
    { path: "docs/functions.md", content: renderFunctionsPage() },
    { path: "docs/estate.schema.json", content: renderEstateSchema() },
    { path: "docs/coverage-report.schema.json", content: renderReportSchema() },
    ...renderProviderPolicies(),
    {
      path: "docs/operating.md",
      content: withMetrics(readFileSync(new URL("docs/operating.md", root), "utf8")),
    },
    ...renderEventExamples(),
    { path: "README.md", content: withCoverage(readFileSync(new URL("README.md", root), "utf8")) },
  ];
}
