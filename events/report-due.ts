import * as z from "zod";
import { defineEvent } from "./define.ts";

/** The coverage report is due. Sent by the scheduler in the morning, read by report-coverage. */
export const reportDue = defineEvent({
  name: "report.due",
  version: 1,
  schema: z.strictObject({ scheduled_at: z.iso.datetime({ offset: true }) }),
  example: { scheduled_at: "2026-11-21T08:00:00Z" },
});
