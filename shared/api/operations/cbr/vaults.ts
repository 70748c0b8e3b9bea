import * as z from "zod";
import { operation } from "../../operation.ts";
import { enterpriseProject, identifier, offsetPage } from "../fields.ts";
import { inPlace } from "../in-place.ts";
import { chapter, objectType } from "./common.ts";
import { vault } from "./vault.ts";

export const showVault = operation({
  name: "showVault",
  service: "cbr",
  summary: "Shows one vault with its resources and billing.",
  source: chapter("4.4.2"),
  method: "GET",
  path: "/v3/{project_id}/vaults/{vault_id}",
  parameters: { project_id: identifier, vault_id: identifier },
  answer: z.looseObject({ vault }),
  status: 200,
  permission: "cbr:vaults:get",
  repeatable: true,
});

export const listVaults = operation({
  name: "listVaults",
  service: "cbr",
  summary: "Lists vaults.",
  source: chapter("4.4.3"),
  method: "GET",
  path: "/v3/{project_id}/vaults",
  parameters: { project_id: identifier },
  query: z.object({
    ...offsetPage,
    cloud_type: z.literal("public").optional(),
    enterprise_project_id: enterpriseProject.optional(),
    id: identifier.optional(),
    name: z.string().optional(),
    object_type: objectType.optional(),
    policy_id: identifier.optional(),
    protect_type: z.literal("backup").optional(),
    /** Ids, separated by commas. */
    resource_ids: z.string().optional(),
    status: z.string().optional(),
  }),
  // limit and offset are in the table, not in the examples.
  answer: inPlace(z.looseObject({ vaults: z.array(vault), count: z.int().nullish() })),
  status: 200,
  permission: "cbr:vaults:list",
  repeatable: true,
  list: { items: "vaults", item: inPlace(vault), total: "count", by: "offset", maximumLimit: 1000 },
});
