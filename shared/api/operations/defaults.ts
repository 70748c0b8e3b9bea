/**
 * What the documents say holds where a caller says nothing, by operation and parameter. The client never sends a
 * default: an update would set what its caller did not mention. The stand-in cloud applies them.
 *
 * Left out on purpose: listBackups `incremental` (default false in table 4-185), because as a filter it would hide
 * the incremental backups that the page's own example answers.
 */
export const documentedDefaults = {
  listTasks: { limit: 1000, offset: 0 },
  listVaults: { limit: 1000, offset: 0 },
  listBackups: { limit: 1000, offset: 0, own_type: "private" },
  createCheckpoint: { auto_trigger: false, incremental: true },
  createVault: {
    auto_bind: false,
    demand_billing: false,
    smn_notify: true,
    threshold: 80,
    charging_mode: "post_paid",
    is_auto_renew: false,
    is_auto_pay: false,
    is_multi_az: false,
  },
  restoreBackup: { power_on: true },
  createPolicy: {
    enabled: true,
    operation_type: "backup",
    max_backups: -1,
    retention_duration_days: -1,
  },
  updateBackupPolicy: {
    enabled: true,
    enterprise_project_id: "0",
    max_backups: -1,
    retention_duration_days: -1,
  },
  listAuditInstances: { limit: 100, offset: 0 },
  listProtectedHosts: { limit: 10, offset: 0 },
  listBackupHosts: { limit: 10, offset: 0 },
} as const;
