import * as z from "zod";
import { operation } from "../../operation.ts";
import { identifier } from "../fields.ts";
import { chapter } from "./common.ts";
import { vault } from "./vault.ts";
import { vaultCreate, vaultUpdate } from "./vault-request.ts";

export const createVault = operation({
  name: "createVault",
  service: "cbr",
  summary: "Creates a vault.",
  source: chapter("4.4.1"),
  method: "POST",
  path: "/v3/{project_id}/vaults",
  parameters: { project_id: identifier },
  body: z.strictObject({ vault: vaultCreate }),
  answer: z.looseObject({ vault }),
  status: 200,
  permission: "cbr:vaults:create",
  repeatable: false,
});

export const updateVault = operation({
  name: "updateVault",
  service: "cbr",
  summary: "Changes a vault's name, size and automatic behaviour.",
  source: chapter("4.4.4"),
  method: "PUT",
  path: "/v3/{project_id}/vaults/{vault_id}",
  parameters: { project_id: identifier, vault_id: identifier },
  body: z.strictObject({ vault: vaultUpdate }),
  // Some gateways answer `{}`; the page's own example leaves most of the vault out.
  answer: z.looseObject({ vault: vault.partial().nullish() }),
  status: 200,
  permission: "cbr:vaults:update",
  // It states values, not differences.
  repeatable: true,
});

export const deleteVault = operation({
  name: "deleteVault",
  service: "cbr",
  summary: "Deletes a vault and every backup in it.",
  source: chapter("4.4.5"),
  method: "DELETE",
  path: "/v3/{project_id}/vaults/{vault_id}",
  parameters: { project_id: identifier, vault_id: identifier },
  status: 204,
  permission: "cbr:vaults:delete",
  // Repeating has no further effect: an accepted one answers 404 (6105) then, which a caller reads as done.
  repeatable: true,
});
