import * as z from "zod";
import { defineEvent } from "./define.ts";

/** There is a database-audit instance to look after. Sent by discover-instances and ingest-notification, read by enable-audit-backup. */
export const auditInstanceFound = defineEvent({
  name: "audit-instance.found",
  version: 1,
  schema: z.strictObject({
    /** The project's name in the estate. */
    project: z.string().min(1),
    /** What the provider takes: it can be asked of no other id. */
    instance_id: z.string().min(32).max(64),
    /** Which attempt the message is for; left out, it means the current one. */
    attempt: z.number().int().min(1).optional(),
  }),
  example: { project: "demo", instance_id: "6b12c4f09d3e4a5f8a7b6c5d4e3f2a1b" },
});
