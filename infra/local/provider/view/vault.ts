import type { ObjectType, Vault, VaultResource } from "../world/model.ts";
import { resource_types } from "../world/model.ts";
import { timestamp } from "../world/time.ts";

/** The id of the kind of backup, as the documents' examples show it. */
export const provider_ids: Readonly<Record<ObjectType, string>> = {
  server: "0daac4c5-6707-4851-97ba-169e36266b66",
  disk: "d1603440-187d-4516-af25-121250c7cc97",
  turbo: "3a8b1f7c-55a2-4a49-8d5e-2f3c6f6c9a10",
};

const spec_codes: Readonly<Record<ObjectType, string>> = {
  server: "vault.backup.server.normal",
  disk: "vault.backup.volume.normal",
  turbo: "vault.backup.turbo.normal",
};

/** A vault as the provider shows it. */
export function vaultView(vault: Vault) {
  return {
    id: vault.id,
    name: vault.name,
    description: vault.description,
    project_id: vault.project_id,
    provider_id: provider_ids[vault.object_type],
    user_id: vault.user_id,
    enterprise_project_id: "0",
    created_at: timestamp(vault.created),
    billing: billingView(vault),
    resources: [...vault.resources.values()].map(resourceView),
    tags: vault.tags.map(({ key, value }) => ({ key, value })),
    auto_bind: vault.auto_bind,
    bind_rules: vault.bind_rules,
    auto_expand: vault.auto_expand,
    smn_notify: vault.smn_notify,
    threshold: vault.threshold,
    backup_name_prefix: vault.backup_name_prefix,
    locked: vault.locked,
    sys_lock_source_service: null,
    availability_zone: null,
    demand_billing: false,
    cbc_delete_count: 0,
    frozen: vault.status === "frozen",
  };
}

function billingView(vault: Vault) {
  let allocated = 0;
  for (const { resource } of vault.resources.values()) allocated += resource.size_gb;
  return {
    allocated,
    cloud_type: "public",
    consistent_level: "crash_consistent",
    frozen_scene: vault.status === "frozen" ? "arrears" : null,
    charging_mode: "post_paid",
    order_id: null,
    product_id: null,
    protect_type: "backup",
    object_type: vault.object_type,
    spec_code: spec_codes[vault.object_type],
    used: vault.used_mb,
    storage_unit: null,
    status: vault.status,
    size: vault.size_gb,
    is_multi_az: vault.is_multi_az,
  };
}

function resourceView({
  resource,
  name,
  protect_status,
  exclude_volumes,
  backup_size_mb,
  backup_count,
}: VaultResource) {
  return {
    id: resource.id,
    name: name ?? resource.name,
    type: resource_types[resource.object_type],
    protect_status,
    size: resource.size_gb,
    backup_size: backup_size_mb,
    backup_count,
    extra_info: { exclude_volumes },
  };
}
