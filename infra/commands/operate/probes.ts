import type { Client } from "../../../shared/api/client.ts";
import { deleteBackup } from "../../../shared/api/operations/cbr/backup-changes.ts";
import { listBackups, showBackup } from "../../../shared/api/operations/cbr/backups.ts";
import { createCheckpoint } from "../../../shared/api/operations/cbr/checkpoints.ts";
import { showStorageUsage } from "../../../shared/api/operations/cbr/insight.ts";
import { listMembers } from "../../../shared/api/operations/cbr/members.ts";
import { listPolicies, updatePolicy } from "../../../shared/api/operations/cbr/policies.ts";
import { listProtectables } from "../../../shared/api/operations/cbr/protectables.ts";
import { listTasks } from "../../../shared/api/operations/cbr/tasks.ts";
import { associatePolicy, dissociatePolicy } from "../../../shared/api/operations/cbr/vault-changes.ts";
import { listVaults, showVault } from "../../../shared/api/operations/cbr/vaults.ts";
import {
  listAuditInstances,
  setAuditBackup,
  showAuditBackupStatus,
} from "../../../shared/api/operations/dbss.ts";
import {
  listBackupHosts,
  listProtectedHosts,
  setRemoteBackup,
  showBackupPolicy,
} from "../../../shared/api/operations/hss.ts";
import { queryInstanceStatus, showTask } from "../../../shared/api/operations/koophone.ts";
import type { commandUses, SpeakingFunction } from "../../tools/docs/provider-policies.ts";

export const probeOperations = {
  ...{ associatePolicy, createCheckpoint, deleteBackup, dissociatePolicy, listAuditInstances },
  ...{ listBackupHosts, listBackups, listMembers, listPolicies, listProtectables, listProtectedHosts },
  ...{ listTasks, listVaults, queryInstanceStatus, setAuditBackup, setRemoteBackup },
  ...{ showAuditBackupStatus, showBackup, showBackupPolicy, showStorageUsage, showTask, showVault },
  updatePolicy,
};

type ProbeClient = Client<typeof probeOperations>;

/** Nothing bears this id: what is asked of it is refused as not found, after the permission was checked. */
const nobody = "00000000-0000-0000-0000-000000000000";
const nobodysPhone = "nobody";
const once = { attempts: 1, deadline_ms: 90_000 } as const;
const page = { query: { limit: 1 } } as const;
const request = { "x-request-id": nobody };

type UsedBy<Use> = Use extends { readonly operations: infer Table } ? keyof Table : never;
type Used = UsedBy<SpeakingFunction["provider"] | (typeof commandUses)[keyof typeof commandUses]>;

/**
 * How to find out whether an operation is permitted, without any effect: lists are asked for one item, everything else is
 * asked of an id that nothing bears. Null where even that could have an effect.
 */
const probes: Readonly<Record<Used, ((client: ProbeClient) => Promise<unknown>) | null>> = {
  associatePolicy: (client) =>
    client.associatePolicy({ path: { vault_id: nobody }, body: { policy_id: nobody } }, once),
  // The call cannot be undone, and the service checks its parameters in an order that is not documented.
  backupInstances: null,
  createCheckpoint: (client) => client.createCheckpoint({ body: { checkpoint: { vault_id: nobody } } }, once),
  // Whatever is asked for is made.
  createPolicy: null,
  deleteBackup: (client) => client.deleteBackup({ path: { backup_id: nobody } }, once),
  dissociatePolicy: (client) =>
    client.dissociatePolicy({ path: { vault_id: nobody }, body: { policy_id: nobody } }, once),
  listAuditInstances: (client) => client.listAuditInstances(page, once),
  listBackupHosts: (client) => client.listBackupHosts(page, once),
  listBackups: (client) => client.listBackups(page, once),
  listMembers: (client) => client.listMembers({ path: { backup_id: nobody } }, once),
  listPolicies: (client) => client.listPolicies({}, once),
  listProtectables: (client) =>
    client.listProtectables({ path: { protectable_type: "server" }, ...page }, once),
  listProtectedHosts: (client) => client.listProtectedHosts(page, once),
  listTasks: (client) => client.listTasks(page, once),
  listVaults: (client) => client.listVaults(page, once),
  queryInstanceStatus: (client) =>
    client.queryInstanceStatus({ headers: request, body: { instance_ids: [nobodysPhone] } }, once),
  setAuditBackup: (client) =>
    client.setAuditBackup(
      {
        path: { instance_id: nobody },
        body: {
          ...{ bucket_name: "nobody", bucket_root_path: "", cycle: "PER_DAY", mode: "AUTO", status: 1 },
          trigger_time: "2026-01-01 00:00:00",
        },
      },
      once,
    ),
  setRemoteBackup: (client) =>
    client.setRemoteBackup(
      {
        path: { host_id: nobody },
        body: { backup_host_id: nobody, backup_addr: "127.0.0.1:1", remote_backup: true },
      },
      once,
    ),
  showAuditBackupStatus: (client) => client.showAuditBackupStatus({ path: { instance_id: nobody } }, once),
  showBackup: (client) => client.showBackup({ path: { backup_id: nobody } }, once),
  showBackupPolicy: (client) => client.showBackupPolicy({}, once),
  showStorageUsage: (client) => client.showStorageUsage(page, once),
  showTask: (client) => client.showTask({ path: { task_id: nobody }, headers: request }, once),
  showVault: (client) => client.showVault({ path: { vault_id: nobody } }, once),
  // The one policy of host security would be changed.
  updateBackupPolicy: null,
  updatePolicy: (client) =>
    client.updatePolicy({ path: { policy_id: nobody }, body: { policy: { enabled: true } } }, once),
};

export const probeOf = (name: string) =>
  Object.entries(probes).find(([operation]) => operation === name)?.[1] ?? null;
