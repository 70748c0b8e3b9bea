import * as z from "zod";
import { enterpriseProject, identifier } from "../fields.ts";
import { objectType, resourceExtraInfo, resourceType } from "./common.ts";

const vaultName = z.string().min(1).max(64);

/** Letters, digits, hyphens and underscores; spaces before and after are discarded, as the provider does. */
const tagText = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}_-]*$/u, "may contain only letters, digits, hyphens and underscores");

/** A tag in a request (table 4-95). */
const tagCreate = z.strictObject({ key: tagText.min(1).max(36), value: tagText.max(43) });

const tagList = z
  .array(tagCreate)
  .min(1)
  .max(10)
  .refine((tags) => new Set(tags.map(({ key }) => key)).size === tags.length, "keys must be unique");

/** Resources with one of these tags are associated automatically (tables 4-96 and 4-97). */
const bindRules = z.strictObject({
  tags: z
    .array(z.strictObject({ key: tagText, value: tagText }))
    .max(5)
    .optional(),
});

/** A resource to associate (tables 4-93 and 4-94). */
export const resourceCreate = z.strictObject({
  id: identifier,
  type: resourceType,
  name: z.string().max(255).optional(),
  extra_info: resourceExtraInfo.optional(),
});

/** Capacity thresholds in percent, and whether passing one sends a notification (table 4-139). */
const notification = {
  smn_notify: z.boolean().optional(),
  threshold: z.int().min(1).max(100).optional(),
};

/** `size` is GB. */
const billingCreate = z.strictObject({
  cloud_type: z.literal("public").optional(),
  consistent_level: z.enum(["crash_consistent", "app_consistent"]),
  object_type: objectType,
  protect_type: z.literal("backup"),
  size: z.int().min(10).max(10_485_760),
  charging_mode: z.literal("post_paid").optional(),
  is_auto_renew: z.boolean().optional(),
  is_auto_pay: z.boolean().optional(),
  console_url: z.string().min(1).max(255).optional(),
  is_multi_az: z.boolean().optional(),
});

/** A new vault (tables 4-91 to 4-97; enterprise_project_id is in the example, the last fields on newer vaults). */
export const vaultCreate = z.strictObject({
  backup_policy_id: identifier.nullish(),
  billing: billingCreate,
  description: z.string().max(64).optional(),
  name: vaultName,
  resources: z.array(resourceCreate).max(255),
  tags: tagList.optional(),
  auto_bind: z.boolean().optional(),
  bind_rules: bindRules.optional(),
  backup_name_prefix: z.string().max(32).optional(),
  enterprise_project_id: enterpriseProject.optional(),
  auto_expand: z.boolean().optional(),
  demand_billing: z.boolean().optional(),
  ...notification,
  locked: z.boolean().optional(),
  sys_lock_source_service: z.string().optional(),
  availability_zone: z.string().optional(),
});

/** A change of a vault (tables 4-139 to 4-142; the last two are on newer vaults). `size` is GB. */
export const vaultUpdate = z.strictObject({
  billing: z.strictObject({ size: z.int().min(1).max(10_485_760).optional() }).optional(),
  name: vaultName.optional(),
  auto_bind: z.boolean().optional(),
  bind_rules: bindRules.optional(),
  auto_expand: z.boolean().optional(),
  ...notification,
  locked: z.boolean().optional(),
  backup_name_prefix: z.string().max(32).optional(),
});
