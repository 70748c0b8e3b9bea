import * as z from "zod";
import { defineEvent } from "./define.ts";

/** A schedule fired: the vaults of one project are to be pruned. Sent by the scheduler, read by plan-prune. */
export const pruneDue = defineEvent({
  name: "prune.due",
  version: 1,
  schema: z.strictObject({
    /** The project's name in the estate. */
    project: z.string().min(1),
    /** The time the schedule was due, not the time it fired: it names the run. */
    scheduled_at: z.iso.datetime({ offset: true }),
  }),
  example: { project: "demo", scheduled_at: "2026-11-21T09:00:00Z" },
});
