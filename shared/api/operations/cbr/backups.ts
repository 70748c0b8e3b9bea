import * as z from "zod";
import { operation } from "../../operation.ts";
import {
  enterpriseProject,
  identifier,
  offsetPage,
  queryBoolean,
  queryInteger,
  queryTime,
  sortKeys,
} from "../fields.ts";
import { inPlace } from "../in-place.ts";
import { backup, backupStatuses } from "./backup.ts";
import { chapter, memberStatus, resourceType } from "./common.ts";

export const showBackup = operation({
  name: "showBackup",
  service: "cbr",
  summary: "Shows one backup with its children.",
  source: chapter("4.5.1"),
  method: "GET",
  path: "/v3/{project_id}/backups/{backup_id}",
  parameters: { project_id: identifier, backup_id: identifier },
  answer: z.looseObject({ backup }),
  status: 200,
  permission: "cbr:backups:get",
  repeatable: true,
});

const backupStatus = z.enum(backupStatuses);

export const listBackups = operation({
  name: "listBackups",
  service: "cbr",
  summary: "Lists backups.",
  source: chapter("4.5.2"),
  method: "GET",
  path: "/v3/{project_id}/backups",
  parameters: { project_id: identifier },
  query: z.object({
    ...offsetPage,
    /** The id of the last record of the page before. */
    marker: identifier.optional(),
    checkpoint_id: identifier.optional(),
    dec: queryBoolean().optional(),
    end_time: queryTime.optional(),
    enterprise_project_id: enterpriseProject.optional(),
    image_type: z.literal("backup").optional(),
    incremental: queryBoolean().optional(),
    member_status: memberStatus.optional(),
    name: z.string().optional(),
    own_type: z.enum(["all_granted", "private", "shared"]).optional(),
    parent_id: identifier.optional(),
    resource_az: z.string().optional(),
    resource_id: identifier.optional(),
    resource_name: z.string().optional(),
    resource_type: resourceType.optional(),
    sort: sortKeys(["created_at", "updated_at", "name", "status", "protected_at", "id"]).optional(),
    start_time: queryTime.optional(),
    /** May repeat: `status=available&status=error`. */
    status: z.union([backupStatus, z.array(backupStatus).min(1)]).optional(),
    /** Backups that occupy at least this share of their vault's capacity, in percent. */
    used_percent: queryInteger(1, 100).optional(),
    vault_id: identifier.optional(),
  }),
  answer: inPlace(z.looseObject({ backups: z.array(backup), count: z.int().nullish() })),
  status: 200,
  permission: "cbr:backups:list",
  repeatable: true,
  list: { items: "backups", item: inPlace(backup), total: "count", by: "offset", maximumLimit: 1000 },
});
