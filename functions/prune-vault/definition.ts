import { pruneVaultDue } from "../../events/prune-vault-due.ts";
import { deleteBackup } from "../../shared/api/operations/cbr/backup-changes.ts";
import { listBackups, showBackup } from "../../shared/api/operations/cbr/backups.ts";
import { listMembers } from "../../shared/api/operations/cbr/members.ts";
import { listVaults, showVault } from "../../shared/api/operations/cbr/vaults.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";
import type { DepsInProject } from "../../shared/lambda/deps.ts";

export const definition = defineFunction({
  name: "prune-vault",
  description: "Plans and carries out the pruning of one vault, a slice at a time",
  trigger: {
    on: "queue",
    event: pruneVaultDue,
    queue: "prune",
    works: "each",
    batchSize: 1,
    window_s: 0,
    attempts: 5,
  },
  provider: {
    role: "prune",
    operations: { listBackups, showBackup, listMembers, deleteBackup, showVault, listVaults },
    maximumWait_ms: 10_000,
    // Checkpoints must always find at least half of what the provider allows.
    share: { name: "prune", share: 0.5 },
  },
  ledger: ["read", "write", "list", "find"],
  sends: [pruneVaultDue],
  notifies: true,
  measures: ["BackupsKept", "BackupsExpired", "BackupsRefused", "BackupsPaused", "PlansWaiting"],
  timeout_s: 300,
  memory_mb: 1024,
});

export type InProject = DepsInProject<typeof definition>;
