import * as z from "zod";
import { defineEvent } from "./define.ts";

/** There is a host under web tamper protection to look after. Sent by discover-instances and ingest-notification, read by enable-remote-backup. */
export const hostFound = defineEvent({
  name: "host.found",
  version: 1,
  schema: z.strictObject({
    /** The project's name in the estate. */
    project: z.string().min(1),
    host_id: z.string().min(1).max(256),
    /** Which attempt the message is for; left out, it means the current one. */
    attempt: z.number().int().min(1).optional(),
  }),
  example: { project: "demo", host_id: "71a15ecc-049f-4cca-bd28-5e90aca1817f" },
});
