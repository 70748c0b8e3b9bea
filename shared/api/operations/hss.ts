import * as z from "zod";
import { type BodyFailure, operation } from "../operation.ts";
import { hostOperationDefinition, trigger } from "./cbr/policy.ts";
import { identifier, queryBoolean, queryInteger } from "./fields.ts";

const document = "Host Security Service API";
const nullableText = z.string().nullish();

/** `all_granted_eps` means all enterprise projects; the default is `0`. */
const enterprise = { enterprise_project_id: z.string().min(1).max(256).optional() };
const page = { limit: queryInteger(1, 200).optional(), offset: queryInteger(0, 2_000_000).optional() };

/** The service answers 200 with an `error_code` other than 0 for a change that it refused. */
const policyAnswer = z.looseObject({ error_code: z.int(), error_description: nullableText });

function policyFailure(answer: unknown): BodyFailure | undefined {
  const { success, data } = policyAnswer.safeParse(answer);
  return success && data.error_code !== 0
    ? { code: String(data.error_code), message: data.error_description ?? "" }
    : undefined;
}

export const updateBackupPolicy = operation({
  name: "updateBackupPolicy",
  service: "hss",
  summary: "Changes the backup policy bound to the service's vault.",
  source: `${document}, Modifying the Backup Policy Bound to Vault (2024-01-31)`,
  method: "PUT",
  path: "/v5/{project_id}/backup/policy",
  parameters: { project_id: identifier },
  query: z.object(enterprise),
  headers: z.object({ region: z.string().max(128) }),
  body: z.strictObject({
    enabled: z.boolean().optional(),
    policy_id: identifier,
    operation_definition: hostOperationDefinition.optional(),
    trigger: trigger.optional(),
  }),
  answer: policyAnswer,
  status: 200,
  // Not documented; named as the service's other actions are.
  permission: "hss:backupPolicy:set",
  // It states values.
  repeatable: true,
  failure: policyFailure,
});

export const showBackupPolicy = operation({
  name: "showBackupPolicy",
  service: "hss",
  summary: "Shows the backup policy bound to the service's vault.",
  source: `${document}, Querying the Backup Policy Bound to Vault`,
  method: "GET",
  path: "/v5/{project_id}/backup/policy",
  parameters: { project_id: identifier },
  query: z.object(enterprise),
  answer: z.looseObject({
    enabled: z.boolean(),
    id: z.string(),
    name: nullableText,
    operation_type: nullableText,
    operation_definition: z.looseObject({}).nullish(),
    trigger: z.looseObject({}).nullish(),
  }),
  status: 200,
  // Not documented; named as the service's other actions are.
  permission: "hss:backupPolicy:get",
  repeatable: true,
});

export const setRemoteBackup = operation({
  name: "setRemoteBackup",
  service: "hss",
  summary: "Turns the remote backup of a web-tamper-protected Linux host on or off.",
  source: `${document}, Enabling or Disabling Remote Backup (2026-04-03)`,
  method: "POST",
  path: "/v5/{project_id}/wtp/{host_id}/set-remote-backup",
  parameters: { project_id: identifier, host_id: identifier },
  query: z.object(enterprise),
  body: z
    .strictObject({
      remote_backup: z.boolean(),
      /** `IP:Port` of the backup server. */
      backup_addr: z.string().max(256).optional(),
      backup_host_id: z.string().max(256).optional(),
    })
    .superRefine(({ remote_backup, ...rest }, context) => {
      for (const name of ["backup_addr", "backup_host_id"] as const) {
        if (remote_backup && !rest[name]) {
          context.addIssue({
            code: "custom",
            path: [name],
            message: "is mandatory to turn remote backup on",
          });
        }
      }
    }),
  status: 200,
  permission: "hss:wtpBackup:set",
  // It states a setting.
  repeatable: true,
});

export const showRemoteBackup = operation({
  name: "showRemoteBackup",
  service: "hss",
  summary: "Shows the remote backup of a web-tamper-protected host.",
  source: `${document}, Querying Remote Backup Server Information`,
  method: "GET",
  path: "/v5/{project_id}/wtp/{host_id}/backup-host",
  parameters: { project_id: identifier, host_id: identifier },
  query: z.object(enterprise),
  answer: z.looseObject({
    remote_backup: z.boolean(),
    backup_addr: nullableText,
    backup_host_id: nullableText,
    backup_host_name: nullableText,
  }),
  status: 200,
  permission: "hss:wtpBackup:get",
  repeatable: true,
});

/** A server that takes remote backups; status 1 is running, and one without a status is not known to run. */
const backupHost = z.looseObject({
  backup_host_id: z.string(),
  backup_host_ip: nullableText,
  backup_host_port: z.int().nullish(),
  backup_host_name: nullableText,
  backup_dir: nullableText,
  backup_host_status: z.int().nullish(),
});

export type BackupHost = z.output<typeof backupHost>;

export const listBackupHosts = operation({
  name: "listBackupHosts",
  service: "hss",
  summary: "Lists the servers that take remote backups.",
  source: `${document}, Querying the Remote Backup Server List`,
  method: "GET",
  path: "/v5/{project_id}/wtp/backup-hosts",
  parameters: { project_id: identifier },
  query: z.object({ ...enterprise, ...page, is_run: queryBoolean().optional() }),
  answer: z.looseObject({ total_num: z.int().nullish(), data_list: z.array(backupHost) }),
  status: 200,
  permission: "hss:wtpBackup:get",
  repeatable: true,
  list: {
    ...{ items: "data_list", item: backupHost, id: "backup_host_id", total: "total_num" },
    ...{ by: "offset", maximumLimit: 200 },
  },
});

/** A host under web-tamper protection. Remote backup is for Linux hosts only. */
const protectedHost = z.looseObject({
  host_id: z.string(),
  host_name: nullableText,
  private_ip: nullableText,
  os_type: nullableText,
  protect_status: nullableText,
  host_status: nullableText,
  agent_status: nullableText,
  backup_host_id: nullableText,
});

export type ProtectedHost = z.output<typeof protectedHost>;

export const listProtectedHosts = operation({
  name: "listProtectedHosts",
  service: "hss",
  summary: "Lists the hosts under web-tamper protection.",
  source: `${document}, Querying the Protection List`,
  method: "GET",
  path: "/v5/{project_id}/webtamper/hosts",
  parameters: { project_id: identifier },
  query: z.object({
    ...enterprise,
    ...page,
    agent_status: z.string().optional(),
    host_id: identifier.optional(),
    host_name: z.string().min(1).max(256).optional(),
    os_type: z.string().optional(),
    protect_status: z.string().optional(),
    wtp_status: z.string().optional(),
  }),
  answer: z.looseObject({ total_num: z.int().nullish(), data_list: z.array(protectedHost) }),
  status: 200,
  permission: "hss:wtpHosts:list",
  repeatable: true,
  list: {
    ...{ items: "data_list", item: protectedHost, id: "host_id", total: "total_num" },
    ...{ by: "offset", maximumLimit: 200 },
  },
});
