import * as z from "zod";
import { operation } from "../../operation.ts";
import { identifier } from "../fields.ts";
import { chapter, nullableText } from "./common.ts";
import { vault } from "./vault.ts";
import { vaultCreate, vaultUpdate } from "./vault-request.ts";

const vaultParameters = { project_id: identifier, vault_id: identifier };
/** Nothing is decided on it: that the call was taken is in its status. */
const applied = z.looseObject({ policy_id: nullableText, vault_id: nullableText }).nullish();

export const associatePolicy = operation({
  name: "associatePolicy",
  service: "cbr",
  summary: "Applies a policy to a vault, in the place of the one it had.",
  source: chapter("4.4.8"),
  method: "POST",
  path: "/v3/{project_id}/vaults/{vault_id}/associatepolicy",
  parameters: vaultParameters,
  // The table says that policy_id is not mandatory, without saying what its absence would do.
  body: z.strictObject({ policy_id: identifier.optional() }),
  answer: z.looseObject({ associate_policy: applied }),
  status: 200,
  permission: "cbr:vaults:associatePolicy",
  // A vault has one backup policy: this sets it.
  repeatable: true,
});

export const dissociatePolicy = operation({
  name: "dissociatePolicy",
  service: "cbr",
  summary: "Removes a policy from a vault.",
  source: chapter("4.4.9"),
  method: "POST",
  path: "/v3/{project_id}/vaults/{vault_id}/dissociatepolicy",
  parameters: vaultParameters,
  body: z.strictObject({ policy_id: identifier }),
  answer: z.looseObject({ dissociate_policy: applied }),
  status: 200,
  permission: "cbr:vaults:dissociatePolicy",
  // Repeating has no further effect: an accepted one answers 404 (6002) then, which a caller reads as done.
  repeatable: true,
});

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
