import { reportDue } from "../../events/report-due.ts";
import { environment } from "../../functions/report-coverage/environment.ts";
import { awsCron } from "../../shared/estate/schedule.ts";
import { ReportBucket } from "../constructs/report-bucket.ts";
import { FunctionSchedule, SCHEDULED_TIME } from "../constructs/schedule.ts";
import type { Foundation } from "../foundation.ts";

export const REPORT_FUNCTIONS = ["report-coverage"] as const;

/** The morning: schedule → report → bucket, and a short text to people. */
export function addReport(foundation: Foundation): void {
  const report = foundation.make({
    name: "report-coverage",
    description: "Writes the coverage report of the estate",
    environment,
    ledger: ["read", "write", "list", "find"],
    role: "observe",
    // A project with many backups has many pages to list, at the rate that the provider allows.
    timeout_s: 900,
    memory_mb: 2048,
  });
  new ReportBucket(foundation, "Reports").bindWriter(report);
  foundation.notifications.bindPublisher(report);
  report.retryEvents(foundation.undelivered, { attempts: 2, maximumAge_minutes: 60 });
  const { schedule } = foundation.estate.report;
  const [first] = foundation.estate.projects;
  new FunctionSchedule(foundation, "ReportSchedule", {
    name: "report",
    description: "The morning's coverage report",
    expression: awsCron(schedule.cron),
    timeZone: schedule.time_zone ?? first?.time_zone ?? "UTC",
    target: report,
    input: { event: reportDue.name, version: reportDue.version, data: { scheduled_at: SCHEDULED_TIME } },
    retry_minutes: 60,
    deadLetters: foundation.undelivered,
  });
}
