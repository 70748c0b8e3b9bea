import * as z from "zod";
import { defineEvent } from "./define.ts";

/** Open work is to be looked after. Sent by the scheduler every few minutes, read by the settle functions. */
export const settleDue = defineEvent({
  name: "settle.due",
  version: 1,
  schema: z.strictObject({ scheduled_at: z.iso.datetime({ offset: true }) }),
  example: { scheduled_at: "2026-11-21T01:05:00Z" },
});
