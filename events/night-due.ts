import * as z from "zod";
import { defineEvent } from "./define.ts";

/** A schedule fired: the checkpoints of one rule of one project are due. Sent by the scheduler, read by plan-checkpoints. */
export const nightDue = defineEvent({
  name: "night.due",
  version: 1,
  schema: z.strictObject({
    /** The project's name in the estate. */
    project: z.string().min(1),
    /** The checkpoint rule's name in that project. */
    rule: z.string().min(1),
    /** The time the schedule was due, not the time it fired: it names the slots. */
    scheduled_at: z.iso.datetime({ offset: true }),
  }),
  example: { project: "demo", rule: "nightly", scheduled_at: "2026-11-21T01:00:00Z" },
});
