import type { cbr } from "../../../../shared/api/operations/all.ts";
import { memberView } from "../view/backup.ts";
import { findBackup } from "../world/backups.ts";
import { addMembers, deleteMember, findMember, findShared, updateMember } from "../world/sharing.ts";
import type { Handlers } from "./handler.ts";
import { paged, sorted } from "./paging.ts";

type Names = "addMember" | "updateMember" | "showMember" | "listMembers" | "deleteMember";

const sortValues = {
  created_at: "created",
  updated_at: "updated",
  status: "status",
  dest_project_id: "dest_project_id",
  id: "id",
} as const;

function isSortKey(key: string): key is keyof typeof sortValues {
  return Object.hasOwn(sortValues, key);
}

export const memberHandlers: Handlers<Pick<typeof cbr, Names>> = {
  addMember({ world, path, body }) {
    const backup = findBackup(world, path.project_id, path.backup_id);
    const added = addMembers(world, backup, body.members);
    return { members: added.map((member) => memberView(backup, member)), count: backup.members.size };
  },

  updateMember({ world, path, body }) {
    const backup = findShared(world, path.project_id, path.backup_id);
    const member = findMember(backup, path.project_id, path.member_id);
    updateMember(world, member, path.project_id, body);
    return { member: memberView(backup, member) };
  },

  showMember({ world, path }) {
    const backup = findShared(world, path.project_id, path.backup_id);
    return { member: memberView(backup, findMember(backup, path.project_id, path.member_id)) };
  },

  listMembers({ world, path, query, lists }) {
    const backup = findShared(world, path.project_id, path.backup_id);
    const own = backup.project_id === path.project_id;
    const matching = [...backup.members.values()].filter(
      (member) =>
        (own || member.dest_project_id === path.project_id) &&
        (query.dest_project_id === undefined || member.dest_project_id === query.dest_project_id) &&
        (query.image_id === undefined || member.image_id === query.image_id) &&
        (query.status === undefined || member.status === query.status) &&
        (query.vault_id === undefined || member.vault_id === query.vault_id),
    );
    const ordered = sorted(matching, query.sort, (member, key) =>
      isSortKey(key) ? member[sortValues[key]] : undefined,
    );
    const { items, count } = paged(ordered, query, lists, ({ id }) => id);
    return { members: items.map((member) => memberView(backup, member)), count };
  },

  deleteMember({ world, path }) {
    deleteMember(findShared(world, path.project_id, path.backup_id), path.project_id, path.member_id);
    return undefined;
  },
};
