import * as z from "zod";
import { defineEvent } from "./define.ts";

/** One attempt of one slot is to be made. Sent by plan-checkpoints and settle-checkpoints, read by create-checkpoint. */
export const checkpointDue = defineEvent({
  name: "checkpoint.due",
  version: 1,
  schema: z.strictObject({
    /** The project's name in the estate. */
    project: z.string().min(1),
    vault_id: z.string().min(1),
    scheduled_at: z.iso.datetime({ offset: true }),
    /** Which attempt the message is for; a message for another than the slot's is dropped. */
    attempt: z.number().int().min(1),
  }),
  example: {
    project: "demo",
    vault_id: "3b5816b5-f29c-4172-9d9a-76c719a659ce",
    scheduled_at: "2026-11-21T01:00:00Z",
    attempt: 1,
  },
});
