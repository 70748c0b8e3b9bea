import * as z from "zod";
import { operation } from "../../operation.ts";
import { identifier, offsetPage } from "../fields.ts";
import { companion, nullableText, objectType } from "./common.ts";
import { vaultTag } from "./vault.ts";

/** A tag with the values that match; none means every value. */
const tagFilters = z
  .array(z.strictObject({ key: z.string().min(1).max(127), values: z.array(z.string().max(255)).max(20) }))
  .max(20);

const taggedVault = z.looseObject({
  resource_id: z.string(),
  resource_name: nullableText,
  tags: z.array(vaultTag).nullish(),
});

export const listVaultsByTags = operation({
  name: "listVaultsByTags",
  service: "cbr",
  summary: "Lists or counts vaults by their tags.",
  source: companion("ShowVaultResourceInstances"),
  method: "POST",
  path: "/v3/{project_id}/vault/resource_instances/action",
  parameters: { project_id: identifier },
  body: z.strictObject({
    action: z.enum(["filter", "count"]),
    tags: tagFilters.optional(),
    tags_any: tagFilters.optional(),
    not_tags: tagFilters.optional(),
    not_tags_any: tagFilters.optional(),
    without_any_tag: z.boolean().optional(),
    limit: z.int().min(1).max(1000).optional(),
    offset: z.int().min(0).optional(),
    object_type: objectType.optional(),
    cloud_type: z.literal("public").optional(),
    matches: z.array(z.strictObject({ key: z.string(), value: z.string() })).optional(),
  }),
  // A count has no resources.
  answer: z.looseObject({ resources: z.array(taggedVault).nullish(), total_count: z.int().nullish() }),
  status: 200,
  permission: "cbr:vaults:listResourceInstances",
  repeatable: true,
  list: {
    ...{ items: "resources", item: taggedVault, id: "resource_id", total: "total_count" },
    ...{ by: "offset", in: "body", maximumLimit: 1000 },
  },
});

/** `backup_size` is MB, as in a vault's billing. */
const storageUsage = z.looseObject({
  resource_id: z.string(),
  resource_name: nullableText,
  resource_type: nullableText,
  backup_count: z.number().nullish(),
  backup_size: z.number().nullish(),
});

export const showStorageUsage = operation({
  name: "showStorageUsage",
  service: "cbr",
  summary: "Shows how much each resource's backups occupy.",
  source: companion("ShowStorageUsage"),
  method: "GET",
  path: "/v3/{project_id}/storage_usage",
  parameters: { project_id: identifier },
  query: z.object({
    ...offsetPage,
    resource_id: identifier.optional(),
    resource_type: z.string().optional(),
  }),
  answer: z.looseObject({ resource_count: z.int().nullish(), storage_usage: z.array(storageUsage) }),
  status: 200,
  // Not documented; named as the service's other actions are.
  permission: "cbr:backups:listStorageUsage",
  repeatable: true,
  list: {
    ...{ items: "storage_usage", item: storageUsage, id: "resource_id", total: "resource_count" },
    ...{ by: "offset", maximumLimit: 1000 },
  },
});
