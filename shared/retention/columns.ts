import { type BackupHealth, healthOf, type PlannableBackup } from "./backup.ts";

/** What the planner may have to say about a backup: its standing, or that it lies after `now`. */
type Kind = BackupHealth | "future";
const KINDS = ["good", "failed", "partial", "unsettled", "future"] as const satisfies readonly Kind[];
const GOOD = KINDS.indexOf("good");
const UNSETTLED = KINDS.indexOf("unsettled");

/** A million backups in a few megabytes: one typed array for each fact, by the backup's place in the input. */
export class Columns {
  /** When it was created, in epoch milliseconds. */
  readonly time_ms: Float64Array;
  /** The microseconds within that millisecond; only the order of backups looks at them. */
  readonly microseconds: Uint16Array;
  /** Its resource, numbered in order of appearance. */
  readonly resource: Int32Array;
  readonly #kind: Uint8Array;
  readonly #resources = new Map<string, number>();

  constructor(length: number) {
    this.time_ms = new Float64Array(length);
    this.microseconds = new Uint16Array(length);
    this.resource = new Int32Array(length);
    this.#kind = new Uint8Array(length);
  }

  get resources(): number {
    return this.#resources.size;
  }

  setResource(index: number, resource_id: string): void {
    const known = this.#resources.get(resource_id);
    if (known === undefined) this.#resources.set(resource_id, this.#resources.size);
    this.resource[index] = known ?? this.#resources.size - 1;
  }

  setKind(index: number, backup: PlannableBackup, now_ms: number): void {
    const isFuture = (this.time_ms[index] ?? 0) > now_ms;
    this.#kind[index] = KINDS.indexOf(isFuture ? "future" : healthOf(backup));
  }

  kind(index: number): Kind {
    return KINDS[this.#kind[index] ?? UNSETTLED] ?? "unsettled";
  }

  isGood(index: number): boolean {
    return this.#kind[index] === GOOD;
  }
}
