import type { hss } from "../../../../shared/api/operations/all.ts";
import { findHost, setRemoteBackup } from "../world/hosts.ts";
import { Refusal } from "../world/model.ts";
import { updatePolicy } from "../world/policies.ts";
import type { Handlers } from "./handler.ts";
import { paged } from "./paging.ts";

/** Documented for the service's lists. */
const default_host_limit = 10;

/** What the service answers, with HTTP 200, to a change of a policy that is not its vault's. */
const unknown_policy = { error_code: 14, error_description: "the policy does not exist" };

export const hssHandlers: Handlers<typeof hss> = {
  updateBackupPolicy({ world, path, body }) {
    const policy = world.hostPolicies.get(body.policy_id);
    if (policy === undefined || policy.project_id !== path.project_id) return unknown_policy;
    updatePolicy(world, policy, {
      enabled: body.enabled ?? true,
      operation_definition: body.operation_definition ?? policy.operation_definition,
      pattern: body.trigger?.properties.pattern ?? policy.pattern,
    });
    policy.changed += 1;
    return { error_code: 0, error_description: "success" };
  },

  showBackupPolicy({ world, path }) {
    const [policy] = world.hostPolicies.newest(({ project_id }) => project_id === path.project_id);
    if (policy === undefined) throw new Refusal("HSS.0011", "The project has no backup policy.");
    return {
      enabled: policy.enabled,
      id: policy.id,
      name: policy.name,
      operation_type: "backup",
      operation_definition: { ...policy.operation_definition },
      trigger: {
        id: policy.trigger_id,
        name: "default",
        type: "time",
        properties: { pattern: [...policy.pattern] },
      },
    };
  },

  setRemoteBackup({ world, path, body }) {
    setRemoteBackup(world, findHost(world, path.project_id, path.host_id), body);
    return undefined;
  },

  showRemoteBackup({ world, path }) {
    const host = findHost(world, path.project_id, path.host_id);
    return {
      remote_backup: host.remote_backup,
      backup_addr: host.backup_addr,
      backup_host_id: host.backup_host_id,
      backup_host_name: world.backupHosts.get(host.backup_host_id)?.name ?? "",
    };
  },

  listBackupHosts({ world, path, query, lists }) {
    const matching = world.backupHosts.newest(
      ({ project_id, running }) =>
        project_id === path.project_id && (query.is_run === undefined || running === query.is_run),
    );
    const { limit = default_host_limit } = query;
    const { items, count } = paged(matching, { ...query, limit }, lists, ({ id }) => id);
    return {
      total_num: count,
      data_list: items.map((host) => ({
        backup_host_id: host.id,
        backup_host_ip: host.ip,
        backup_host_port: host.port,
        backup_host_name: host.name,
        backup_dir: host.directory,
        backup_host_status: host.running ? 1 : 0,
      })),
    };
  },

  listProtectedHosts({ world, path, query, lists }) {
    const { limit = default_host_limit } = query;
    const status = query.wtp_status ?? query.protect_status;
    const matching = world.hosts.newest(
      (host) =>
        host.project_id === path.project_id &&
        (query.host_id === undefined || host.id === query.host_id) &&
        (query.host_name === undefined || host.name.includes(query.host_name)) &&
        (query.os_type === undefined || host.os_type === query.os_type.toLowerCase()) &&
        (query.agent_status === undefined || host.agent_status === query.agent_status) &&
        (status === undefined || host.protect_status === status),
    );
    const { items, count } = paged(matching, { ...query, limit }, lists, ({ id }) => id);
    return {
      total_num: count,
      data_list: items.map((host) => ({
        host_id: host.id,
        host_name: host.name,
        private_ip: host.private_ip,
        os_type: host.os_type === "linux" ? "Linux" : "Windows",
        protect_status: host.protect_status,
        host_status: host.status,
        agent_status: host.agent_status,
        remote_backup: host.remote_backup,
        backup_host_id: host.backup_host_id,
      })),
    };
  },
};
