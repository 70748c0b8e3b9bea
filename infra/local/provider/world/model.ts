import type { Moment } from "./time.ts";

/** The objects of the backup service as the world keeps them; sizes of resources in GB, of data in MB. */

export const resource_types = {
  server: "OS::Nova::Server",
  disk: "OS::Cinder::Volume",
  turbo: "OS::Sfs::Turbo",
} as const;

export type ObjectType = keyof typeof resource_types;
export type ResourceType = (typeof resource_types)[ObjectType];

type ProtectStatus = "available" | "error" | "protecting" | "restoring" | "removing";
type VaultStatus = "available" | "lock" | "frozen" | "deleting" | "error";
type CheckpointStatus = "available" | "deleting" | "protecting" | "deleted" | "error-deleting" | "error";
type BackupStatus =
  | "available"
  | "protecting"
  | "deleting"
  | "restoring"
  | "error"
  | "waiting_protect"
  | "waiting_delete"
  | "waiting_restore";
export type TaskStatus = "success" | "skipped" | "failed" | "running" | "timeout" | "waiting";
export type TaskType =
  | "backup"
  | "copy"
  | "replication"
  | "restore"
  | "delete"
  | "sync"
  | "vault_delete"
  | "remove_resource";

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** How a task will end. `hang` never ends; `partial` makes a server backup with one bad disk. */
export interface TaskOutcome {
  readonly outcome: "success" | "failed" | "timeout" | "hang" | "partial";
  /** The provider's code of a failure, for example `BackupService.7203`. */
  readonly code?: string | undefined;
  /** How many times as long as usual it takes. */
  readonly slowness?: number | undefined;
}

export interface Disk {
  readonly id: string;
  readonly name: string;
  readonly size_gb: number;
  readonly bootable: boolean;
}

/** Something that can be backed up: a server with its disks, a disk, or a file system. */
export interface Resource {
  readonly id: string;
  readonly project_id: string;
  readonly object_type: ObjectType;
  name: string;
  readonly size_gb: number;
  readonly zone: string;
  readonly tags: readonly Tag[];
  readonly disks: readonly Disk[];
  /** Data written so far; it grows, and a restore takes it back. */
  data_mb: number;
  /** The share of the data that changes in a day. */
  readonly daily_change: number;
  /** The backup that the present content came from, and when. */
  restored?: { readonly backup_id: string; readonly at: Moment } | undefined;
  /** Set when the provider refuses every backup of it, with this code. */
  refused_code?: string | undefined;
  /** How its next backups will end, in order; after them, chance decides. */
  readonly fates: TaskOutcome[];
}

export interface VaultResource {
  readonly resource: Resource;
  /** The name that was given when it was put into the vault. */
  readonly name?: string | undefined;
  exclude_volumes: readonly string[];
  protect_status: ProtectStatus;
  backup_count: number;
  backup_size_mb: number;
}

export interface Vault {
  readonly id: string;
  readonly project_id: string;
  readonly user_id: string;
  readonly object_type: ObjectType;
  readonly created: Moment;
  readonly is_multi_az: boolean;
  readonly backup_name_prefix: string;
  name: string;
  description: string | null;
  size_gb: number;
  used_mb: number;
  status: VaultStatus;
  /** Backups may not be deleted before their time; the vault is backed up as any other. */
  locked: boolean;
  auto_bind: boolean;
  bind_rules: { readonly tags?: readonly Tag[] | undefined };
  auto_expand: boolean;
  smn_notify: boolean;
  threshold: number;
  tags: readonly Tag[];
  policy_id: string | null;
  readonly resources: Map<string, VaultResource>;
  /** Tasks of this vault that have not ended. */
  readonly running: Set<Task>;
}

export interface Skipped {
  readonly id: string;
  readonly type: ResourceType;
  readonly name: string;
  readonly code: string;
  readonly reason: string;
}

export interface Checkpoint {
  readonly id: string;
  readonly project_id: string;
  readonly vault_id: string;
  readonly vault_name: string;
  readonly name: string;
  readonly description: string | null;
  readonly created: Moment;
  readonly auto_trigger: boolean;
  readonly retention_days: number;
  status: CheckpointStatus;
  /** As they were when the checkpoint began; `protect_status` follows each one's task. */
  readonly resources: { readonly resource: Resource; protect_status: ProtectStatus }[];
  readonly skipped: readonly Skipped[];
  open_tasks: number;
  good_tasks: number;
}

/** What a task is about, as its `extra_info` shows it. */
export interface TaskSubject {
  readonly resource?: { readonly id: string; readonly type: ResourceType; readonly name: string };
  readonly backup?: { readonly id: string; readonly name: string; readonly incremental: boolean };
  readonly delete?: { readonly id: string; readonly name: string };
  readonly restore?: {
    readonly backup_id: string;
    readonly backup_name: string;
    readonly target_id: string;
    readonly target_name: string;
  };
  readonly vault_delete?: { readonly total_count: number };
  readonly remove_resources?: {
    readonly total_count: number;
    readonly resources: readonly {
      readonly id: string;
      readonly type: ResourceType;
      readonly name: string;
    }[];
  };
  readonly sync?: { readonly sync_backup_num: number };
}

export interface Task {
  readonly id: string;
  readonly project_id: string;
  readonly operation_type: TaskType;
  readonly object_type: ObjectType;
  readonly checkpoint_id: string | null;
  readonly vault_id: string | null;
  readonly vault_name: string | null;
  readonly policy_id: string | null;
  readonly created: Moment;
  readonly request_id: string;
  readonly subject: TaskSubject;
  status: TaskStatus;
  started: Moment | undefined;
  updated: Moment;
  ended: Moment | undefined;
  /** When it will end, for its progress; undefined when it hangs. */
  due: Moment | undefined;
  /** The provider's code of what went wrong; empty while nothing has. */
  error_code: string;
}

export interface Member {
  readonly id: string;
  readonly dest_project_id: string;
  readonly created: Moment;
  updated: Moment | undefined;
  status: "pending" | "accepted" | "rejected";
  vault_id: string | null;
  image_id: string | null;
}

export interface Backup {
  readonly id: string;
  readonly project_id: string;
  readonly checkpoint_id: string;
  readonly resource_id: string;
  readonly resource_name: string;
  readonly resource_type: ResourceType;
  readonly object_type: ObjectType;
  readonly resource_size_gb: number;
  readonly zone: string;
  readonly created: Moment;
  readonly auto_trigger: boolean;
  readonly incremental: boolean;
  readonly bootable: boolean;
  readonly parent_id: string | null;
  readonly policy_id: string | null;
  readonly snapshot_id: string | null;
  /** What the resource held, so that a restore can bring it back. */
  readonly data_mb: number;
  name: string;
  description: string | null;
  vault_id: string;
  status: BackupStatus;
  updated: Moment | undefined;
  protected: Moment | undefined;
  expires: Moment | undefined;
  /** What it takes in the vault. */
  size_mb: number;
  readonly children: Backup[];
  image_ids: readonly string[];
  readonly members: Map<string, Member>;
}

/** Retention and scheduling as the policy's documents name them; numbers absent or -1 are not in force. */
export interface OperationDefinition {
  readonly day_backups?: number | undefined;
  readonly week_backups?: number | undefined;
  readonly month_backups?: number | undefined;
  readonly year_backups?: number | undefined;
  readonly max_backups?: number | undefined;
  readonly retention_duration_days?: number | undefined;
  readonly full_backup_interval?: number | undefined;
  readonly timezone?: string | undefined;
}

export interface Policy {
  readonly id: string;
  readonly project_id: string;
  readonly created: Moment;
  readonly operation_type: "backup" | "replication";
  readonly trigger_id: string;
  name: string;
  enabled: boolean;
  operation_definition: OperationDefinition;
  pattern: readonly string[];
  /** Counts its changes, so that a firing planned before a change is dropped. */
  version: number;
}

/**
 * The world says no. The code is the provider's own; its HTTP status and message are in the error tables, and the
 * detail says which thing was meant.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: string;
  readonly detail: string | undefined;

  constructor(code: string, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}

/** A refusal by CBR's number: `6105` is `BackupService.6105`. */
export function cbr(number: string, detail?: string): Refusal {
  return new Refusal(`BackupService.${number}`, detail);
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly domain_id: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly domain_id: string;
  readonly domain_name: string;
  /** The projects it may enter. */
  readonly projects: readonly string[];
  /** Actions a policy grants it, exact or ending in `*`; `["*"]` for an administrator. */
  allowed: readonly string[];
}

export interface AccessKey {
  readonly ak: string;
  readonly sk: string;
  readonly user_id: string;
  /** Temporary keys carry a token that every request must show, and end. */
  readonly security_token?: string | undefined;
  readonly expires?: Moment | undefined;
}

/** An IAM token: whose it is, where it is valid, until when. */
export interface Token {
  readonly value: string;
  readonly user: User;
  readonly project_id: string | undefined;
  readonly issued: Moment;
  readonly expires: Moment;
}
