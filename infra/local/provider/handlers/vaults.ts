import type { cbr } from "../../../../shared/api/operations/all.ts";
import { vaultView } from "../view/vault.ts";
import { addResources, type ResourceRequest, removeResources } from "../world/holding.ts";
import { migrateResources } from "../world/migration.ts";
import { type ResourceType, cbr as refuse } from "../world/model.ts";
import { associatePolicy, dissociatePolicy } from "../world/policies.ts";
import { createVault, deleteVault, findVault, updateVault } from "../world/vaults.ts";
import type { Call, Handlers } from "./handler.ts";
import { paged } from "./paging.ts";

type Names =
  | "createVault"
  | "showVault"
  | "listVaults"
  | "updateVault"
  | "deleteVault"
  | "addResources"
  | "removeResources"
  | "migrateResources"
  | "associatePolicy"
  | "dissociatePolicy";

const ofPath = ({ world, path }: Pick<Call<typeof cbr.showVault>, "world" | "path">) =>
  findVault(world, path.project_id, path.vault_id);

interface RequestedResource {
  readonly id: string;
  readonly type: ResourceType;
  readonly name?: string | undefined;
  readonly extra_info?: { readonly exclude_volumes?: readonly string[] | undefined } | undefined;
}

const toRequests = (resources: readonly RequestedResource[]): ResourceRequest[] =>
  resources.map(({ id, type, name, extra_info }) => ({
    ...{ id, type, name },
    exclude_volumes: extra_info?.exclude_volumes,
  }));

export const vaultHandlers: Handlers<Pick<typeof cbr, Names>> = {
  createVault({ world, user, path, body }) {
    const { billing, resources, backup_policy_id, ...fields } = body.vault;
    const vault = createVault(world, {
      ...fields,
      project_id: path.project_id,
      user_id: user?.id ?? "",
      object_type: billing.object_type,
      size_gb: billing.size,
      is_multi_az: billing.is_multi_az,
      policy_id: backup_policy_id,
      resources: toRequests(resources),
    });
    return { vault: vaultView(vault) };
  },

  showVault: (call) => ({ vault: vaultView(ofPath(call)) }),

  listVaults({ world, path, query, lists }) {
    const ids = query.resource_ids?.split(",").map((id) => id.trim());
    const matching = world.vaults.newest(
      (vault) =>
        vault.project_id === path.project_id &&
        vault.created <= lists.visible_until &&
        (query.id === undefined || vault.id === query.id) &&
        (query.name === undefined || vault.name === query.name) &&
        (query.object_type === undefined || vault.object_type === query.object_type) &&
        (query.policy_id === undefined || vault.policy_id === query.policy_id) &&
        (query.status === undefined || vault.status === query.status) &&
        (ids === undefined || ids.some((id) => vault.resources.has(id))),
    );
    const { items, ...page } = paged(matching, query, lists, ({ id }) => id);
    return { vaults: items.map(vaultView), ...page };
  },

  updateVault(call) {
    const vault = ofPath(call);
    const { billing, ...fields } = call.body.vault;
    updateVault(call.world, vault, { ...fields, size_gb: billing?.size });
    return { vault: vaultView(vault) };
  },

  deleteVault(call) {
    deleteVault(call.world, ofPath(call));
    return undefined;
  },

  addResources(call) {
    return { add_resource_ids: addResources(call.world, ofPath(call), toRequests(call.body.resources)) };
  },

  removeResources(call) {
    return { remove_resource_ids: removeResources(call.world, ofPath(call), call.body.resource_ids) };
  },

  migrateResources(call) {
    const { destination_vault_id, resource_ids } = call.body;
    const source = ofPath(call);
    const destination = call.world.vaults.get(destination_vault_id);
    return {
      migrated_resources: migrateResources(call.world, { source, destination, ids: resource_ids }),
    };
  },

  associatePolicy(call) {
    const vault = ofPath(call);
    const { policy_id } = call.body;
    if (policy_id === undefined) throw refuse("9900", "policy_id is needed");
    associatePolicy(call.world, vault, policy_id);
    return { associate_policy: { vault_id: vault.id, policy_id } };
  },

  dissociatePolicy(call) {
    const vault = ofPath(call);
    const { policy_id } = call.body;
    dissociatePolicy(call.world, vault, policy_id);
    return { dissociate_policy: { vault_id: vault.id, policy_id } };
  },
};
