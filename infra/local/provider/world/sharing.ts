import { findBackup } from "./backups.ts";
import { type Backup, cbr, type Member } from "./model.ts";
import type { World } from "./world.ts";

/** Documented: at most 10 members in a call. */
const maximum_members = 10;

/** Offers a server's backup to other projects; each must accept it. */
export function addMembers(world: World, backup: Backup, projects: readonly string[]): Member[] {
  if (backup.object_type !== "server" || backup.parent_id !== null) throw cbr("6700", backup.id);
  if (backup.status !== "available") throw cbr("6702", backup.id);
  if (world.vaults.get(backup.vault_id)?.status !== "available") throw cbr("6712", backup.vault_id);
  for (const id of projects) {
    if (id === backup.project_id || !world.projects.has(id)) throw cbr("6704", id);
    if (backup.members.has(id)) throw cbr("6714", id);
  }
  if (backup.members.size + new Set(projects).size > maximum_members) throw cbr("6701", backup.id);
  return [...new Set(projects)].map((id) => {
    const member: Member = {
      id: world.random.id(),
      dest_project_id: id,
      created: world.stamp(),
      updated: undefined,
      status: "pending",
      vault_id: null,
      image_id: null,
    };
    backup.members.set(id, member);
    return member;
  });
}

/** The backup as seen by its owner, or by a project that it is shared with. */
export function findShared(world: World, project_id: string, id: string): Backup {
  const backup = world.backups.get(id) ?? parentOf(world, id);
  if (backup?.members.has(project_id))
    return world.backups.get(id) ?? findBackup(world, backup.project_id, id);
  return findBackup(world, project_id, id);
}

function parentOf(world: World, id: string): Backup | undefined {
  const parent_id = world.children.get(id)?.parent_id;
  return parent_id ? world.backups.get(parent_id) : undefined;
}

/** A member sees only itself; the owner sees all. */
export function findMember(backup: Backup, project_id: string, member_id: string): Member {
  const member = backup.members.get(member_id);
  const visible = backup.project_id === project_id || member_id === project_id;
  if (member === undefined || !visible) throw cbr("6705", member_id);
  return member;
}

interface MemberChange {
  readonly status: Member["status"];
  readonly vault_id?: string | undefined;
}

/** The receiving project accepts (into a vault of its own) or rejects. */
export function updateMember(world: World, member: Member, project_id: string, change: MemberChange): void {
  if (member.dest_project_id !== project_id) throw cbr("6708", "only the receiving project may answer");
  if (change.status === "pending") throw cbr("6706", "status must be accepted or rejected");
  if (member.image_id !== null && change.status === "rejected") throw cbr("6710");
  if (change.status === "accepted") {
    if (change.vault_id === undefined) throw cbr("6706", "vault_id is needed to accept");
    const vault = world.vaults.get(change.vault_id);
    if (vault === undefined || vault.project_id !== project_id) throw cbr("6105", change.vault_id);
    if (vault.object_type !== "server") throw cbr("6713", vault.id);
    if (vault.status !== "available") throw cbr("6712", vault.id);
  }
  member.status = change.status;
  member.vault_id = change.status === "accepted" ? (change.vault_id ?? null) : null;
  member.updated = world.stamp();
}

export function deleteMember(backup: Backup, project_id: string, member_id: string): void {
  const member = findMember(backup, project_id, member_id);
  if (member.image_id !== null) throw cbr("6710", member_id);
  backup.members.delete(member_id);
}
