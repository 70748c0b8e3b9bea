import { reportDue } from "../../events/report-due.ts";
import { scheduleFunction } from "../../shared/runtime/function.ts";
import { readPage } from "../../shared/runtime/page-file.ts";
import { s3Store } from "../../shared/runtime/s3.ts";
import { openServices } from "../../shared/runtime/services.ts";
import { snsNotifier } from "../../shared/runtime/sns.ts";
import { environment } from "./environment.ts";
import { reportCoverage } from "./job.ts";
import { measure } from "./measure.ts";
import { operations } from "./operations.ts";

const folder = new URL(".", import.meta.url);
const { variables, ...services } = openServices(environment, {
  module: import.meta.url,
  role: "observe",
  maximumWait_ms: 600_000,
});
const publisher = { ...snsNotifier(variables.TOPIC_ARN), ...s3Store(variables.REPORT_BUCKET, process.env) };

/** Report schedule: one report of all projects. */
export const handler = scheduleFunction({
  event: reportDue,
  measure,
  job: async (_due, { signal }) =>
    reportCoverage({
      ...services,
      estate: await services.estate(),
      publisher,
      page: readPage(folder),
      provider: (project) => services.provider(project, operations, signal),
      placeOf: (name) => `s3://${variables.REPORT_BUCKET}/${name}`,
    }),
});
