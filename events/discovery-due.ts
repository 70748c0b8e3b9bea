import * as z from "zod";
import { defineEvent } from "./define.ts";

/** What exists is to be compared with what is known. Sent by the scheduler, read by discover-instances. */
export const discoveryDue = defineEvent({
  name: "discovery.due",
  version: 1,
  schema: z.strictObject({ scheduled_at: z.iso.datetime({ offset: true }) }),
  example: { scheduled_at: "2026-11-21T01:15:00Z" },
});
