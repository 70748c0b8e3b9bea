import type { Policy } from "./model.ts";
import type { Moment } from "./time.ts";

/** The objects of the services beside CBR: database audit, host security, cloud phones. */

export interface AuditBackup {
  readonly bucket_name: string;
  readonly bucket_root_path: string;
  readonly cycle: string;
  readonly mode: string;
  readonly trigger_time: string;
}

/** A database-audit instance (DBSS). */
export interface AuditInstance {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly created: Moment;
  status: string;
  enabled: boolean;
  backup: AuditBackup | undefined;
  /** When the switch shows in the backup status. */
  confirmed_at: Moment | undefined;
  /** How many times the switch was used. */
  switched: number;
}

/** A server under web tamper protection (HSS). */
export interface Host {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly os_type: "linux" | "windows";
  readonly private_ip: string;
  status: "ACTIVE" | "SHUTOFF";
  agent_status: "online" | "offline";
  protect_status: "opened" | "closed";
  remote_backup: boolean;
  backup_addr: string;
  backup_host_id: string;
  switched: number;
}

/** A server that keeps the copies of protected hosts. */
export interface BackupHost {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly directory: string;
  running: boolean;
}

/** The policy of the vault that host security uses: one of the backup service's, which shows in its list too. */
export interface HostPolicy extends Policy {
  /** How many times host security's own call changed it. */
  changed: number;
}

/** The documented states of a cloud phone instance. */
export const phone_states = {
  idle: 0,
  restoring: 1,
  data_loaded: 2,
  streaming: 3,
  backing_up: 4,
  backup_exception: 5,
  restoration_exception: 6,
  data_loaded_again: 7,
} as const;

export type PhoneState = (typeof phone_states)[keyof typeof phone_states];

/** How a phone's backup job ends. */
export type PhoneOutcome = "success" | "failed" | "hang";

export interface Phone {
  readonly id: string;
  readonly project_id: string;
  state: PhoneState;
  frozen: boolean;
  /** Backups begun and backups finished: the provider's own count. */
  backups_started: number;
  backups_finished: number;
  /** How its next backup jobs will end. */
  readonly fates: PhoneOutcome[];
}

export interface PhoneJob {
  readonly id: string;
  readonly phone: Phone;
  status: 1 | 2 | -1;
  error_code: string;
  error_msg: string;
}

export interface PhoneTask {
  readonly id: string;
  readonly project_id: string;
  readonly request_id: string;
  readonly created: Moment;
  readonly jobs: readonly PhoneJob[];
}
