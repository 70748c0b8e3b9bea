import * as z from "zod";
import { operation } from "../../operation.ts";
import { identifier } from "../fields.ts";
import { chapter } from "./common.ts";
import { resourceCreate } from "./vault-request.ts";

const vaultParameters = { project_id: identifier, vault_id: identifier };

export const removeResources = operation({
  name: "removeResources",
  service: "cbr",
  summary: "Dissociates resources from a vault and deletes their backups.",
  source: chapter("4.4.6"),
  method: "POST",
  path: "/v3/{project_id}/vaults/{vault_id}/removeresources",
  parameters: vaultParameters,
  body: z.strictObject({ resource_ids: z.array(identifier).min(1).max(256) }),
  answer: z.looseObject({ remove_resource_ids: z.array(z.string()) }),
  status: 200,
  permission: "cbr:vaults:removeResources",
  // The second time the resources are not there (6135): a failure that would hide the first success.
  repeatable: false,
});

export const addResources = operation({
  name: "addResources",
  service: "cbr",
  summary: "Associates resources with a vault.",
  source: chapter("4.4.7"),
  method: "POST",
  // The page's URI line reads `addressesources`; its example and the live path are this one.
  path: "/v3/{project_id}/vaults/{vault_id}/addresources",
  parameters: vaultParameters,
  body: z.strictObject({ resources: z.array(resourceCreate).min(1).max(256) }),
  answer: z.looseObject({ add_resource_ids: z.array(z.string()) }),
  status: 200,
  permission: "cbr:vaults:addResources",
  // The second time the resources are already associated (6103): a failure that would hide the first success.
  repeatable: false,
});

export const migrateResources = operation({
  name: "migrateResources",
  service: "cbr",
  summary: "Moves resources with their backups to another vault.",
  source: chapter("4.4.10"),
  method: "POST",
  path: "/v3/{project_id}/vaults/{vault_id}/migrateresources",
  parameters: vaultParameters,
  body: z.strictObject({ destination_vault_id: identifier, resource_ids: z.array(identifier) }),
  // The example shows the destination vault's id among the migrated resources; only the type is to be relied upon.
  answer: z.looseObject({ migrated_resources: z.array(z.string()) }),
  status: 200,
  permission: "cbr:vaults:migrateResources",
  repeatable: false,
});
