import * as z from "zod";
import { defineEvent } from "./define.ts";

/**
 * One vault is to be pruned: planned in slice 0, and deleted from in as many slices as it takes. Sent by plan-prune,
 * by prune-vault itself to go on, and by an operator's command; read by prune-vault.
 */
export const pruneVaultDue = defineEvent({
  name: "prune.vault.due",
  version: 1,
  schema: z.strictObject({
    /** The project's name in the estate. */
    project: z.string().min(1),
    vault_id: z.string().min(1),
    /** The run that the vault's plan belongs to: with project and vault, the plan's id. */
    scheduled_at: z.iso.datetime({ offset: true }),
    /** Which slice of the work the message is for; a message for another than the one that is due is dropped. */
    slice: z.number().int().min(0),
  }),
  example: {
    project: "demo",
    vault_id: "3b5816b5-f29c-4172-9d9a-76c719a659ce",
    scheduled_at: "2026-11-21T09:00:00Z",
    slice: 0,
  },
});
