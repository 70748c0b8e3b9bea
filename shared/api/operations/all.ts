import type { AnyOperation } from "../operation.ts";
import { deleteBackup, restoreBackup, syncBackups, updateBackup } from "./cbr/backup-changes.ts";
import { listBackups, showBackup } from "./cbr/backups.ts";
import { createCheckpoint, showCheckpoint } from "./cbr/checkpoints.ts";
import { listVaultsByTags, showStorageUsage } from "./cbr/insight.ts";
import { addMember, deleteMember, listMembers, showMember, updateMember } from "./cbr/members.ts";
import { createPolicy, deletePolicy, listPolicies, showPolicy, updatePolicy } from "./cbr/policies.ts";
import { listProtectables, showProtectable } from "./cbr/protectables.ts";
import { addResources, migrateResources, removeResources } from "./cbr/resources.ts";
import { listTasks, showTask } from "./cbr/tasks.ts";
import {
  associatePolicy,
  createVault,
  deleteVault,
  dissociatePolicy,
  updateVault,
} from "./cbr/vault-changes.ts";
import { listVaults, showVault } from "./cbr/vaults.ts";
import { listAuditInstances, setAuditBackup, showAuditBackupStatus } from "./dbss.ts";
import {
  listBackupHosts,
  listProtectedHosts,
  setRemoteBackup,
  showBackupPolicy,
  showRemoteBackup,
  updateBackupPolicy,
} from "./hss.ts";
import { createToken, listProjects } from "./iam.ts";
import { backupInstances, queryInstanceStatus, showTask as showPhoneTask } from "./koophone.ts";

/**
 * Every operation by service and name, for the stand-in cloud, the documents and the tests. A function never imports
 * this file: its bundle would carry every schema.
 */
const seeds = {
  cbr: {
    showTask,
    listTasks,
    addMember,
    updateMember,
    showMember,
    listMembers,
    deleteMember,
    showCheckpoint,
    createCheckpoint,
    createVault,
    showVault,
    listVaults,
    updateVault,
    deleteVault,
    removeResources,
    addResources,
    associatePolicy,
    dissociatePolicy,
    migrateResources,
    showBackup,
    listBackups,
    deleteBackup,
    restoreBackup,
    createPolicy,
    showPolicy,
    listPolicies,
    updatePolicy,
    deletePolicy,
    listProtectables,
    showProtectable,
    syncBackups,
  },
  iam: { createToken, listProjects },
  dbss: { setAuditBackup },
  hss: { updateBackupPolicy, setRemoteBackup },
  koophone: { backupInstances },
} as const;

const companions = {
  koophone: { queryInstanceStatus, showTask: showPhoneTask },
  dbss: { listAuditInstances, showAuditBackupStatus },
  hss: { listBackupHosts, showRemoteBackup, listProtectedHosts, showBackupPolicy },
  cbr: { listVaultsByTags, updateBackup, showStorageUsage },
} as const;

export const cbr = { ...seeds.cbr, ...companions.cbr } as const;
export const iam = seeds.iam;
export const dbss = { ...seeds.dbss, ...companions.dbss } as const;
export const hss = { ...seeds.hss, ...companions.hss } as const;
export const koophone = { ...seeds.koophone, ...companions.koophone } as const;

function flatten(groups: Readonly<Record<string, Readonly<Record<string, AnyOperation>>>>): AnyOperation[] {
  return Object.values(groups).flatMap((group) => Object.values(group));
}

/** The 37 operations of the provider's documents, in their order. */
export const seedOperations: readonly AnyOperation[] = flatten(seeds);

/** The operations that the automation needs besides, to see and to confirm. */
export const companionOperations: readonly AnyOperation[] = flatten(companions);

export const allOperations: readonly AnyOperation[] = [...seedOperations, ...companionOperations];
