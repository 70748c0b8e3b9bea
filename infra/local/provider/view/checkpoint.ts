import { type Checkpoint, resource_types, type Vault } from "../world/model.ts";
import { timestamp } from "../world/time.ts";

/** A restore point. Its quantities are text, as the documents' own examples show them. */
export function checkpointView(checkpoint: Checkpoint, vault: Vault | undefined) {
  return {
    id: checkpoint.id,
    project_id: checkpoint.project_id,
    status: checkpoint.status,
    created_at: timestamp(checkpoint.created),
    vault: {
      id: checkpoint.vault_id,
      name: checkpoint.vault_name,
      resources: checkpoint.resources.map(({ resource, protect_status }) => {
        const held = vault?.resources.get(resource.id);
        return {
          id: resource.id,
          type: resource_types[resource.object_type],
          name: held?.name ?? resource.name,
          extra_info: "{}",
          resource_size: String(resource.size_gb),
          backup_size: String(held?.backup_size_mb ?? 0),
          backup_count: String(held?.backup_count ?? 0),
          protect_status,
        };
      }),
      skipped_resources: checkpoint.skipped.map((skipped) => ({ ...skipped })),
    },
    extra_info: {
      name: checkpoint.name,
      description: checkpoint.description,
      retention_duration: checkpoint.retention_days,
    },
  };
}
