import * as z from "zod";
import { isProviderTime } from "../../time.ts";
import { textThat } from "../in-place.ts";
import { nullableText } from "./common.ts";

export const backupStatuses = [
  "available",
  "protecting",
  "deleting",
  "restoring",
  "error",
  "waiting_protect",
  "waiting_delete",
  "waiting_restore",
] as const;

/** Images made from a backup: one that has any, named or not, cannot be deleted (6204). */
const imageData = z.looseObject({ image_id: nullableText });

/**
 * A backup. Required is what a decision rests on: which backup, of what, from when, in which state. Lists of a thousand are read often, so only what we use is checked, and nothing is converted; the rest
 * (descriptions, zones, replication records…) passes unread. `resource_size` is GB. Times have no zone: they are UTC.
 */
export const backup = z.looseObject({
  id: z.string(),
  name: nullableText,
  status: z.string(),
  created_at: textThat(isProviderTime, "must be a time"),
  expired_at: nullableText,
  protected_at: nullableText,
  updated_at: nullableText,
  checkpoint_id: nullableText,
  vault_id: nullableText,
  resource_id: z.string(),
  resource_name: nullableText,
  resource_type: nullableText,
  resource_size: z.number().nullish(),
  parent_id: nullableText,
  extend_info: z
    .looseObject({
      auto_trigger: z.boolean().nullish(),
      incremental: z.boolean().nullish(),
      os_images_data: z.array(imageData).nullish(),
    })
    .nullish(),
  get children() {
    return z.array(backup).nullish();
  },
});

export type Backup = z.output<typeof backup>;
