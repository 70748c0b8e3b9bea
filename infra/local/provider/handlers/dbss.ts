import type { dbss } from "../../../../shared/api/operations/all.ts";
import { auditBackupStatus, findAuditInstance, switchAuditBackup } from "../world/audit.ts";
import { plainTime } from "../world/time.ts";
import type { Handlers } from "./handler.ts";
import { paged } from "./paging.ts";

/** Documented for this list: 100 when nothing is said. */
const default_audit_limit = 100;

export const dbssHandlers: Handlers<typeof dbss> = {
  setAuditBackup({ world, projects, path, body }) {
    const ids = projects.map(({ id }) => id);
    const instance = findAuditInstance(world, ids, path.instance_id);
    const { bucket_name, bucket_root_path = "", cycle, mode, trigger_time } = body;
    const backup = { bucket_name, bucket_root_path, cycle, mode, trigger_time };
    switchAuditBackup(world, instance, body.status === 1 ? backup : undefined);
    return { result: "SUCCESS" };
  },

  listAuditInstances({ world, path, query, lists }) {
    const matching = world.auditInstances.newest(
      ({ project_id, created }) => project_id === path.project_id && created <= lists.visible_until,
    );
    const { limit = default_audit_limit } = query;
    const { items, count } = paged(matching, { ...query, limit }, lists, ({ id }) => id);
    return {
      servers: items.map((instance) => ({
        id: instance.id,
        name: instance.name,
        status: instance.status,
        created: plainTime(instance.created),
        task: "NONE",
        effect: 1,
        region: "eu-de",
        enterprise_project_id: "0",
      })),
      total: count,
    };
  },

  showAuditBackupStatus({ world, path }) {
    return {
      status: auditBackupStatus(world, findAuditInstance(world, [path.project_id], path.instance_id)),
    };
  },
};
