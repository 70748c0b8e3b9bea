import * as z from "zod";
import { uuid } from "../fields.ts";
import { nullableText, quantity, resourceExtraInfo, resourceType } from "./common.ts";

/** A backup's name, where a caller may choose it. */
const backupName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]*$/, "may contain only digits, letters, underscores and hyphens");

/** The request for a checkpoint of one vault (tables 4-78 to 4-81). */
export const checkpointRequest = z.strictObject({
  vault_id: z.string().min(1),
  parameters: z
    .strictObject({
      auto_trigger: z.boolean().optional(),
      description: z.string().max(255).optional(),
      incremental: z.boolean().optional(),
      name: backupName.optional(),
      resources: z.array(uuid).optional(),
      resource_details: z
        .array(
          z.strictObject({
            id: z.string().min(1),
            name: z.string().max(255).optional(),
            type: resourceType,
            extra_info: resourceExtraInfo.optional(),
          }),
        )
        .max(256)
        .optional(),
    })
    .optional(),
});

const checkpointResource = z.looseObject({
  id: z.string(),
  type: nullableText,
  name: nullableText,
  protect_status: nullableText,
  resource_size: quantity.nullish(),
  backup_size: quantity.nullish(),
  backup_count: quantity.nullish(),
  // The table says String, the examples show null and "{}", and the live service an object.
  extra_info: z.union([z.string(), z.looseObject({})]).nullish(),
});

/** Why the provider left a resource out of a checkpoint; `code` is one of the error codes. */
const skippedResource = z.looseObject({
  id: nullableText,
  type: nullableText,
  name: nullableText,
  code: nullableText,
  reason: nullableText,
});

/** A checkpoint. `vault` is null on some finished ones (example 5.1), so its absence says nothing. */
export const checkpoint = z.looseObject({
  id: z.string(),
  project_id: nullableText,
  status: nullableText,
  created_at: nullableText,
  vault: z
    .looseObject({
      id: nullableText,
      name: nullableText,
      resources: z.array(checkpointResource).nullish(),
      skipped_resources: z.array(skippedResource).nullish(),
    })
    .nullish(),
  extra_info: z
    .looseObject({ name: nullableText, description: nullableText, retention_duration: quantity.nullish() })
    .nullish(),
});
