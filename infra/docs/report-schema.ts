import * as z from "zod";
import { coverageReportSchema } from "../../shared/report/schema.ts";

/** The JSON Schema of coverage.json, for whoever reads reports by program. */
export function renderReportSchema(): string {
  const schema = z.toJSONSchema(coverageReportSchema, { io: "input" });
  return `${JSON.stringify({ title: "Vigil coverage report", ...schema }, null, 2)}\n`;
}
