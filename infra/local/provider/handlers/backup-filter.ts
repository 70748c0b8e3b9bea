import type * as z from "zod";
import type { cbr } from "../../../../shared/api/operations/all.ts";
import { shelfOfVault } from "../world/backups.ts";
import type { Backup } from "../world/model.ts";
import { type Moment, readTime } from "../world/time.ts";
import type { World } from "../world/world.ts";
import type { ListFaults } from "./handler.ts";

type Query = z.output<typeof cbr.listBackups.query>;

interface BackupFilter extends Omit<Query, "status"> {
  readonly project_id: string;
  readonly until: Moment;
  readonly from: Moment;
  readonly to: Moment;
  readonly statuses: ReadonlySet<string> | undefined;
}

export function toFilter(project_id: string, query: Query, lists: ListFaults): BackupFilter {
  const { status, ...rest } = query;
  return {
    ...rest,
    project_id,
    until: lists.visible_until,
    from:
      (query.start_time === undefined ? undefined : readTime(query.start_time)) ?? Number.NEGATIVE_INFINITY,
    // To the second, as the filter is written: a backup of the named second is in.
    to: (query.end_time === undefined ? undefined : endOfSecond(query.end_time)) ?? Number.POSITIVE_INFINITY,
    statuses: status === undefined ? undefined : new Set([status].flat()),
  };
}

/** Newest first; `own_type` says whose: the project's own (default), those shared with it, or both. */
export function backupsOf(world: World, filter: BackupFilter): Backup[] {
  if (filter.parent_id !== undefined) {
    const parent = world.backups.get(filter.parent_id);
    return (parent?.children ?? []).filter((child) => isWanted(world, child, filter));
  }
  const owned = filter.own_type ?? "private";
  const collection =
    filter.vault_id !== undefined && owned === "private"
      ? shelfOfVault(world, filter.vault_id)
      : world.backups;
  return collection.newest((backup) => isOwned(backup, filter, owned) && isWanted(world, backup, filter));
}

function isOwned(backup: Backup, filter: BackupFilter, owned: "all_granted" | "private" | "shared"): boolean {
  const own = backup.project_id === filter.project_id;
  if (own) return owned !== "shared" && hasMember(backup, filter);
  const member = backup.members.get(filter.project_id);
  if (member === undefined || owned === "private") return false;
  return filter.member_status === undefined || member.status === filter.member_status;
}

/** For an owner, `member_status` asks for backups of which some share has that status. */
function hasMember(backup: Backup, { member_status }: BackupFilter): boolean {
  return (
    member_status === undefined || [...backup.members.values()].some(({ status }) => status === member_status)
  );
}

function isWanted(world: World, backup: Backup, filter: BackupFilter): boolean {
  const { members, project_id } = backup;
  const vault_id =
    project_id === filter.project_id ? backup.vault_id : members.get(filter.project_id)?.vault_id;
  return (
    backup.created <= filter.until &&
    backup.created >= filter.from &&
    backup.created < filter.to &&
    (filter.statuses === undefined || filter.statuses.has(backup.status)) &&
    (filter.vault_id === undefined || vault_id === filter.vault_id) &&
    (filter.checkpoint_id === undefined || backup.checkpoint_id === filter.checkpoint_id) &&
    (filter.resource_id === undefined || backup.resource_id === filter.resource_id) &&
    (filter.resource_name === undefined || backup.resource_name === filter.resource_name) &&
    (filter.resource_type === undefined || backup.resource_type === filter.resource_type) &&
    (filter.resource_az === undefined || backup.zone === filter.resource_az) &&
    (filter.name === undefined || backup.name === filter.name) &&
    (filter.incremental === undefined || backup.incremental === filter.incremental) &&
    (filter.used_percent === undefined || usedPercent(world, backup) >= filter.used_percent)
  );
}

function usedPercent(world: World, backup: Backup): number {
  const vault = world.vaults.get(backup.vault_id);
  return vault === undefined ? 0 : (100 * backup.size_mb) / (vault.size_gb * 1024);
}

function endOfSecond(text: string): Moment | undefined {
  const at = readTime(text);
  return at === undefined ? undefined : at + 1000;
}
