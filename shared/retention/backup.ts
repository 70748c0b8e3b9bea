import { RetentionRefusal } from "./refusal.ts";

/** A backup within a backup, as the provider nests them. */
interface ChildBackup {
  readonly status?: string | null | undefined;
  readonly children?: readonly ChildBackup[] | null | undefined;
}

/** What the planner looks at; a backup may carry anything else besides. */
export interface PlannableBackup extends ChildBackup {
  readonly id: string;
  readonly resource_id: string;
  /** A provider timestamp; without a zone it is UTC. */
  readonly created_at: string;
}

/**
 * What a backup's status means for retention: `good` fills rules, `failed` and `partial` are kept for a few days,
 * `unsettled` (being made, deleted, restored, or anything we do not know) is left alone.
 */
export type BackupHealth = "good" | "failed" | "partial" | "unsettled";

/** An absent status counts as `available`. */
export function healthOf(backup: ChildBackup): BackupHealth {
  const status = backup.status ?? "available";
  if (status === "error") return "failed";
  if (status !== "available") return "unsettled";
  return everyChildIsGood(backup) ? "good" : "partial";
}

function everyChildIsGood(backup: ChildBackup): boolean {
  const { children } = backup;
  if (!children) return true;
  return children.every((child) => healthOf(child) === "good");
}

/** Refuses a backup that cannot be planned, whatever its type promised: it may come from a file. */
export function checkBackup(backup: PlannableBackup, index: number): void {
  if (!isObject(backup)) throw new RetentionRefusal("backups", `what is at index ${index} is not a backup`);
  const { id, resource_id, created_at } = backup;
  if (!isText(id)) throw new RetentionRefusal("id", `the backup at index ${index} has no id`);
  if (!isText(resource_id)) throw new RetentionRefusal("resource_id", `backup ${id} has no resource_id`, id);
  if (!isText(created_at)) throw new RetentionRefusal("created_at", `backup ${id} has no created_at`, id);
  checkHealth(backup, id);
}

/** Status and children, all the way down; null means absent. */
function checkHealth({ status, children }: ChildBackup, id: string): void {
  if (!isAbsent(status) && !isText(status)) {
    throw new RetentionRefusal("status", `backup ${id} has a status that is not a text`, id);
  }
  if (isAbsent(children)) return;
  if (!Array.isArray(children) || !children.every(isObject)) {
    throw new RetentionRefusal("children", `backup ${id} has children that are not an array of backups`, id);
  }
  for (const child of children) checkHealth(child, id);
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
