import { checkBackup, type PlannableBackup, type Standing, standingOf } from "./backup.ts";
import { RetentionRefusal } from "./refusal.ts";
import { TimestampReader } from "./timestamp.ts";

/** What the planner may have to say about a backup: its standing, or that it lies after `now`. */
export type Kind = Standing | "future";
const KINDS = ["good", "failed", "partial", "unsettled", "future"] as const satisfies readonly Kind[];
const GOOD = KINDS.indexOf("good");

/** A million backups in a few megabytes: one typed array for each fact, by the backup's place in the input. */
export class Columns {
  /** When it was created, in epoch milliseconds. */
  readonly time_ms: Float64Array;
  /** The microseconds within that millisecond; only the order of backups looks at them. */
  readonly microseconds: Uint16Array;
  readonly #kind: Uint8Array;

  constructor(length: number) {
    this.time_ms = new Float64Array(length);
    this.microseconds = new Uint16Array(length);
    this.#kind = new Uint8Array(length);
  }

  setKind(index: number, kind: Kind): void {
    this.#kind[index] = KINDS.indexOf(kind);
  }

  kind(index: number): Kind {
    return KINDS[this.#kind[index] ?? GOOD] ?? "good";
  }

  isGood(index: number): boolean {
    return this.#kind[index] === GOOD;
  }
}

/** Checks and reads the backups. Throws RetentionRefusal for the first one that cannot be planned. */
export function readBackups(backups: readonly PlannableBackup[], now_ms: number): Columns {
  const columns = new Columns(backups.length);
  const reader = new TimestampReader();
  const ids = new Set<string>();
  for (const [index, backup] of backups.entries()) {
    checkBackup(backup, index);
    readTime(reader, backup);
    if (ids.size === ids.add(backup.id).size) {
      throw new RetentionRefusal("id", `two backups have the id ${backup.id}`, backup.id);
    }
    columns.time_ms[index] = reader.time_ms;
    columns.microseconds[index] = reader.microseconds;
    columns.setKind(index, reader.time_ms > now_ms ? "future" : standingOf(backup));
  }
  return columns;
}

function readTime(reader: TimestampReader, { id, created_at }: PlannableBackup): void {
  if (typeof created_at === "string" && reader.read(created_at)) return;
  const found =
    created_at === undefined
      ? "no created_at"
      : `a created_at that is no timestamp (${JSON.stringify(created_at)})`;
  throw new RetentionRefusal("created_at", `backup ${id} has ${found}`, id);
}
