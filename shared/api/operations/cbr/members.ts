import * as z from "zod";
import { operation } from "../../operation.ts";
import { identifier, offsetPage, sortKeys, uuid } from "../fields.ts";
import { chapter, member, memberStatus } from "./common.ts";

const listParameters = { project_id: identifier, backup_id: identifier };
/** `member_id` is the project id of the tenant who receives the backup. */
const memberParameters = { ...listParameters, member_id: identifier };

export const addMember = operation({
  name: "addMember",
  service: "cbr",
  summary: "Shares a server backup with up to ten projects of the same region.",
  source: chapter("4.2.1"),
  method: "POST",
  path: "/v3/{project_id}/backups/{backup_id}/members",
  parameters: listParameters,
  body: z.strictObject({ members: z.array(identifier).min(1).max(10) }),
  // count is in the table, not in the example.
  answer: z.looseObject({ members: z.array(member), count: z.int().nullish() }),
  status: 200,
  permission: "cbr:member:create",
  // The second time it is already shared (6703, 6714): a failure that would hide the first success.
  repeatable: false,
});

export const updateMember = operation({
  name: "updateMember",
  service: "cbr",
  summary: "Accepts or rejects a shared backup.",
  source: chapter("4.2.2"),
  method: "PUT",
  path: "/v3/{project_id}/backups/{backup_id}/members/{member_id}",
  parameters: memberParameters,
  body: z
    .strictObject({ status: memberStatus, vault_id: uuid.optional() })
    .refine(({ status, vault_id }) => status !== "accepted" || vault_id !== undefined, {
      path: ["vault_id"],
      message: "is mandatory when a shared backup is accepted",
    }),
  answer: z.looseObject({ member }),
  status: 200,
  permission: "cbr:member:update",
  // It states a status.
  repeatable: true,
});

export const showMember = operation({
  name: "showMember",
  service: "cbr",
  summary: "Shows one share of a backup.",
  source: chapter("4.2.3"),
  method: "GET",
  path: "/v3/{project_id}/backups/{backup_id}/members/{member_id}",
  parameters: memberParameters,
  answer: z.looseObject({ member }),
  status: 200,
  permission: "cbr:member:get",
  repeatable: true,
});

export const listMembers = operation({
  name: "listMembers",
  service: "cbr",
  summary: "Lists the shares of a backup.",
  source: chapter("4.2.4"),
  method: "GET",
  path: "/v3/{project_id}/backups/{backup_id}/members",
  parameters: listParameters,
  query: z.object({
    ...offsetPage,
    /** The id of the last record of the page before. */
    marker: uuid.optional(),
    dest_project_id: identifier.optional(),
    image_id: identifier.optional(),
    // The page names no keys; these are the record's own.
    sort: sortKeys(["created_at", "updated_at", "status", "dest_project_id", "id"]).optional(),
    status: z.string().optional(),
    vault_id: uuid.optional(),
  }),
  answer: z.looseObject({ members: z.array(member), count: z.int().nullish() }),
  status: 200,
  permission: "cbr:member:list",
  repeatable: true,
  list: { items: "members", item: member, total: "count", by: "offset", maximumLimit: 1000 },
});

export const deleteMember = operation({
  name: "deleteMember",
  service: "cbr",
  summary: "Takes a share of a backup back.",
  source: chapter("4.2.5"),
  method: "DELETE",
  path: "/v3/{project_id}/backups/{backup_id}/members/{member_id}",
  parameters: memberParameters,
  status: 204,
  permission: "cbr:member:delete",
  // Repeating has no further effect: an accepted one answers 404 (6705) then, which a caller reads as done.
  repeatable: true,
});
