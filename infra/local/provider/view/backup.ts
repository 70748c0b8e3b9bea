import type { Backup, Member } from "../world/model.ts";
import { timestamp, timestampOrNull } from "../world/time.ts";
import { provider_ids } from "./vault.ts";

interface BackupView {
  id: string;
  name: string;
  status: string;
  created_at: string;
  expired_at: string | null;
  protected_at: string | null;
  updated_at: string | null;
  checkpoint_id: string;
  vault_id: string | null;
  resource_id: string;
  resource_name: string;
  resource_type: string;
  resource_size: number;
  parent_id: string | null;
  extend_info: ReturnType<typeof extendInfo>;
  children: BackupView[];
  [more: string]: unknown;
}

/** A backup as its owner sees it, or a project that it is shared with (`member`). */
export function backupView(backup: Backup, member?: Member): BackupView {
  return {
    provider_id: provider_ids[backup.object_type],
    checkpoint_id: backup.checkpoint_id,
    enterprise_project_id: "0",
    id: backup.id,
    name: backup.name,
    description: backup.description,
    project_id: backup.project_id,
    vault_id: member === undefined ? backup.vault_id : member.vault_id,
    parent_id: backup.parent_id,
    status: backup.status,
    created_at: timestamp(backup.created),
    updated_at: timestampOrNull(backup.updated),
    protected_at: timestampOrNull(backup.protected),
    expired_at: timestampOrNull(backup.expires),
    image_type: "backup",
    resource_az: backup.zone,
    resource_id: backup.resource_id,
    resource_name: backup.resource_name,
    resource_size: backup.resource_size_gb,
    resource_type: backup.resource_type,
    extend_info: extendInfo(backup),
    replication_records: [],
    children: backup.children.map((child) => backupView(child, member)),
  };
}

function extendInfo(backup: Backup) {
  const isServer = backup.object_type === "server";
  return {
    auto_trigger: backup.auto_trigger,
    incremental: backup.incremental,
    bootable: isServer ? null : backup.bootable,
    snapshot_id: backup.snapshot_id,
    support_lld: true,
    supported_restore_mode: "backup",
    os_images_data: backup.image_ids.length === 0 ? null : backup.image_ids.map((image_id) => ({ image_id })),
    contain_system_disk: isServer,
    encrypted: false,
    system_disk: backup.bootable,
    is_multi_az: false,
  };
}

export function memberView(backup: Backup, member: Member) {
  return {
    id: member.id,
    status: member.status,
    backup_id: backup.id,
    dest_project_id: member.dest_project_id,
    vault_id: member.vault_id,
    image_id: member.image_id,
    created_at: timestamp(member.created),
    updated_at: timestampOrNull(member.updated),
  };
}
