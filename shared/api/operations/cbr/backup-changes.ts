import * as z from "zod";
import { operation } from "../../operation.ts";
import { identifier } from "../fields.ts";
import { backup } from "./backup.ts";
import { chapter, companion, resourceType } from "./common.ts";

const backupParameters = { project_id: identifier, backup_id: identifier };

export const deleteBackup = operation({
  name: "deleteBackup",
  service: "cbr",
  summary: "Deletes one backup; the answer is an acceptance, a later listing lacks it.",
  source: chapter("4.5.3"),
  method: "DELETE",
  path: "/v3/{project_id}/backups/{backup_id}",
  parameters: backupParameters,
  status: 204,
  permission: "cbr:backups:delete",
  // Repeating has no further effect: an accepted one answers 404 (6200) or "in use" (6216) then. The caller must read
  // both as "look at the next listing", never as "it was not deleted".
  repeatable: true,
});

export const restoreBackup = operation({
  name: "restoreBackup",
  service: "cbr",
  summary: "Restores a backup to a server or a disk.",
  source: chapter("4.5.4"),
  method: "POST",
  path: "/v3/{project_id}/backups/{backup_id}/restore",
  parameters: backupParameters,
  body: z.strictObject({
    restore: z
      .strictObject({
        mappings: z.array(z.strictObject({ backup_id: identifier, volume_id: identifier })).optional(),
        power_on: z.boolean().optional(),
        server_id: identifier.optional(),
        volume_id: identifier.optional(),
        // Table 4-199, which no other table refers to: for file systems.
        details: z.strictObject({ destination_path: z.string().min(1).max(255) }).optional(),
        resource_id: identifier.optional(),
      })
      .refine(({ server_id, mappings }) => server_id === undefined || mappings !== undefined, {
        path: ["mappings"],
        message: "is mandatory when a server is restored",
      }),
  }),
  // The page promises no body; the live service answers the task's id.
  answer: z.looseObject({ job_id: z.string().nullish() }).optional(),
  status: 202,
  permission: "cbr:backups:restore",
  repeatable: false,
});

export const syncBackups = operation({
  name: "syncBackups",
  service: "cbr",
  summary: "Makes backups from another site known to the service.",
  // The chapter names method, path and action; the fields are those of the provider's published models.
  source: chapter("6.2"),
  method: "POST",
  path: "/v3/{project_id}/backups/sync",
  parameters: { project_id: identifier },
  body: z.strictObject({
    sync: z
      .array(
        z.strictObject({
          backup_id: identifier,
          backup_name: z.string(),
          bucket_name: z.string(),
          image_path: z.string(),
          resource_id: identifier,
          resource_name: z.string(),
          resource_type: resourceType,
          created_at: z.int(),
        }),
      )
      .min(1)
      .max(256),
  }),
  answer: z.looseObject({ sync: z.array(z.looseObject({ id: z.string(), status: z.string() })) }),
  status: 200,
  permission: "cbr:backups:sync",
  repeatable: false,
});

export const updateBackup = operation({
  name: "updateBackup",
  service: "cbr",
  summary: "Renames a backup.",
  source: companion("UpdateBackup"),
  method: "PUT",
  path: "/v3/{project_id}/backups/{backup_id}",
  parameters: backupParameters,
  body: z.strictObject({
    backup: z.strictObject({
      name: z
        .string()
        .min(1)
        .max(64)
        .regex(/^[\p{L}\p{N}_-]*$/u, "may contain only letters, digits, underscores and hyphens"),
    }),
  }),
  answer: z.looseObject({ backup: backup.nullish() }),
  status: 200,
  // Not documented; named as the service's other actions are.
  permission: "cbr:backups:update",
  // It states a name.
  repeatable: true,
});
