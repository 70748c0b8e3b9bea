import * as z from "zod";
import { operation } from "../../operation.ts";
import { enterpriseProject, identifier, offsetPage, queryTime } from "../fields.ts";
import { inPlace } from "../in-place.ts";
import { chapter, nullableText } from "./common.ts";

export const taskStatuses = ["success", "skipped", "failed", "running", "timeout", "waiting"] as const;
const taskTypes = [
  "backup",
  "copy",
  "replication",
  "restore",
  "delete",
  "sync",
  "vault_delete",
  "remove_resource",
] as const;

/**
 * A task (the provider's path says operation log). Only what we use is checked, and nothing is converted, because
 * lists of a thousand are read often. `extra_info.backup.incremental` is the text "true" or "false".
 */
const task = z.looseObject({
  id: z.string(),
  status: z.string(),
  operation_type: nullableText,
  created_at: nullableText,
  started_at: nullableText,
  ended_at: nullableText,
  checkpoint_id: nullableText,
  vault_id: nullableText,
  error_info: z.looseObject({ code: nullableText, message: nullableText }).nullish(),
  extra_info: z
    .looseObject({
      backup: z.looseObject({ backup_id: nullableText, backup_name: nullableText }).nullish(),
      resource: z.looseObject({ id: nullableText, name: nullableText, type: nullableText }).nullish(),
      common: z.looseObject({ progress: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

export type Task = z.output<typeof task>;

export const showTask = operation({
  name: "showTask",
  service: "cbr",
  summary: "Shows one task.",
  source: chapter("4.1.1"),
  method: "GET",
  path: "/v3/{project_id}/operation-logs/{operation_log_id}",
  parameters: { project_id: identifier, operation_log_id: identifier },
  answer: z.looseObject({ operation_log: task }),
  status: 200,
  permission: "cbr:tasks:get",
  repeatable: true,
});

export const listTasks = operation({
  name: "listTasks",
  service: "cbr",
  summary: "Lists tasks.",
  source: chapter("4.1.2"),
  method: "GET",
  path: "/v3/{project_id}/operation-logs",
  parameters: { project_id: identifier },
  query: z.object({
    // The table's minimum for offset is 1, the answer's default is 0: both are accepted.
    ...offsetPage,
    end_time: queryTime.optional(),
    enterprise_project_id: enterpriseProject.optional(),
    operation_type: z.enum(taskTypes).optional(),
    provider_id: identifier.optional(),
    resource_id: identifier.optional(),
    resource_name: z.string().optional(),
    start_time: queryTime.optional(),
    status: z.enum(taskStatuses).optional(),
    vault_id: identifier.optional(),
    vault_name: z.string().optional(),
  }),
  answer: inPlace(z.looseObject({ operation_logs: z.array(task), count: z.int().nullish() })),
  status: 200,
  permission: "cbr:tasks:list",
  repeatable: true,
  list: { items: "operation_logs", item: inPlace(task), total: "count", by: "offset", maximumLimit: 1000 },
});
