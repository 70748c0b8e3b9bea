import { checkBackup, type PlannableBackup } from "./backup.ts";
import { Columns } from "./columns.ts";
import { DistinctTexts } from "./distinct.ts";
import { RetentionRefusal } from "./refusal.ts";
import { TimestampReader } from "./timestamp.ts";

/**
 * How many backups are checked before they are read. A million backups lie scattered in memory: the short check lets
 * the processor fetch many of them side by side, where the long reading would wait for one after the other.
 */
const BLOCK = 128;

/** Checks the backups and reads them into columns. Throws RetentionRefusal for one that cannot be planned. */
export function readBackups(backups: readonly PlannableBackup[], now_ms: number): Columns {
  if (!Array.isArray(backups)) throw new RetentionRefusal("backups", "backups must be an array");
  const columns = new Columns(backups.length);
  const reader = new TimestampReader();
  const ids = new DistinctTexts(backups.length, (index) => backups[index]?.id ?? "");
  for (let from = 0; from < backups.length; from += BLOCK) {
    const block = backups.slice(from, from + BLOCK);
    block.forEach((backup, place) => {
      checkBackup(backup, from + place);
    });
    block.forEach((backup, place) => {
      const index = from + place;
      readTime(reader, backup);
      columns.time_ms[index] = reader.time_ms;
      columns.microseconds[index] = reader.microseconds;
      columns.setKind(index, backup, now_ms);
      columns.setResource(index, backup.resource_id);
      if (!ids.add(index, backup.id)) throw twice(backup.id);
    });
  }
  return columns;
}

function twice(id: string): RetentionRefusal {
  return new RetentionRefusal("id", `two backups have the id ${id}`, id);
}

function readTime(reader: TimestampReader, { id, created_at }: PlannableBackup): void {
  if (reader.read(created_at)) return;
  throw new RetentionRefusal(
    "created_at",
    `backup ${id} has a created_at that is no timestamp: ${JSON.stringify(created_at)}`,
    id,
  );
}
