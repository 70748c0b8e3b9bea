import * as z from "zod";
import { nullableText } from "./common.ts";

export const taskStatuses = ["success", "skipped", "failed", "running", "timeout", "waiting"] as const;
export const taskTypes = [
  "backup",
  "copy",
  "replication",
  "restore",
  "delete",
  "sync",
  "vault_delete",
  "remove_resource",
] as const;

/**
 * A task (the provider's path says operation log). Only what we use is checked, and nothing is converted, because
 * lists of a thousand are read often. `extra_info.backup.incremental` is the text "true" or "false".
 */
export const task = z.looseObject({
  id: z.string(),
  status: z.string(),
  operation_type: nullableText,
  created_at: nullableText,
  started_at: nullableText,
  ended_at: nullableText,
  checkpoint_id: nullableText,
  vault_id: nullableText,
  error_info: z.looseObject({ code: nullableText, message: nullableText }).nullish(),
  extra_info: z
    .looseObject({
      backup: z.looseObject({ backup_id: nullableText, backup_name: nullableText }).nullish(),
      resource: z.looseObject({ id: nullableText, name: nullableText, type: nullableText }).nullish(),
      common: z.looseObject({ progress: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

export type Task = z.output<typeof task>;
