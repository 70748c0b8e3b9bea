import * as z from "zod";
import { defineEvent } from "./define.ts";

/** Policies are to be compared with the estate. Sent by the scheduler, read by enforce-policies. */
export const policiesDue = defineEvent({
  name: "policies.due",
  version: 1,
  schema: z.strictObject({ scheduled_at: z.iso.datetime({ offset: true }) }),
  example: { scheduled_at: "2026-11-21T01:30:00Z" },
});
