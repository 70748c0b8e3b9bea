import * as z from "zod";
import { retentionPolicySchema } from "../retention/policy.ts";
import { timeZone } from "./fields.ts";
import { cronSchema } from "./schedule.ts";

/** What a rule says about deleting the backups of the vaults that it selects. Without it they are kept for ever. */
export const rulePruneSchema = z.strictObject({
  /** One `operation_definition` of the provider's, with `failed_retention_days` of ours. */
  retention: retentionPolicySchema,
  /** Every resource keeps at least so many good backups of ours, whatever the retention says. */
  minimum_good_backups: z.number().int().min(1).max(99_999).default(1),
  /** A plan that would delete a larger share of a vault's backups waits until a person approves its hash. */
  largest_share: z.number().gt(0).max(1).default(0.25),
});

const tagKey = z.string().regex(/^[A-Za-z0-9_-]{1,36}$/, "expected a tag's key: letters, digits, _ and -");

/** When and how far a project is pruned. Without it nothing in the project is. */
export const projectPruneSchema = z.strictObject({
  schedule: z.strictObject({
    cron: cronSchema,
    /** Default: the project's. */
    timezone: timeZone.optional(),
  }),
  /** `report` writes the plans and deletes nothing: read some before you choose `delete`. */
  mode: z.enum(["report", "delete"]).default("report"),
  /** A vault with this tag is not pruned, whatever the tag's value. */
  hold_tag: tagKey.default("vigil-hold"),
  /** Also delete backups that the provider's own policies made and should have deleted a week ago. */
  native_automatic: z.boolean().default(false),
  /** Backups of resources that are in no vault any more. Default: they are kept and reported. */
  orphans: z.strictObject({ delete_after_days: z.number().int().min(1).max(99_999) }).optional(),
});

export type ProjectPrune = z.output<typeof projectPruneSchema>;
