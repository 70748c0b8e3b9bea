import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";

/** A person's word that something must not be deleted. */
const holdSchema = z.object({
  id: z.string(),
  /** The id of a backup, a checkpoint, a resource or a vault; it holds every backup that bears it. */
  target: z.string(),
  reason: z.string(),
  placed_at_ms: z.number().int(),
  released_at_ms: z.number().int().nullable(),
});

export type Hold = z.output<typeof holdSchema>;

/** A released hold is remembered for so long. */
const memory_ms = 400 * 86_400_000;

const holdRecord = defineRecord({
  kind: "hold",
  version: 1,
  schema: holdSchema,
  idOf: (hold): string => hold.id,
  key: (id: string) => ({ partition: "control", sort: `hold#${id}` }),
  expires_at_ms: ({ released_at_ms }) => (released_at_ms === null ? undefined : released_at_ms + memory_ms),
});

/** The holds in force, strongly consistent. */
export async function holdsInForce(ledger: Ledger): Promise<Hold[]> {
  const holds: Hold[] = [];
  for await (const { value } of holdRecord.list(ledger, { partition: "control", prefix: "hold#" })) {
    if (value.released_at_ms === null) holds.push(value);
  }
  return holds;
}

export async function placeHold(ledger: Ledger, hold: Omit<Hold, "released_at_ms">): Promise<void> {
  const written = await holdRecord.create(ledger, { ...hold, released_at_ms: null });
  if (written === "conflict") throw new Error(`a hold ${hold.id} exists already`);
}

/** Releases a hold; undefined when there is none in force by that id. */
export async function releaseHold(ledger: Ledger, id: string, now_ms: number): Promise<Hold | undefined> {
  for (;;) {
    const seen = await holdRecord.read(ledger, id);
    if (!seen || seen.value.released_at_ms !== null) return undefined;
    const released = { ...seen.value, released_at_ms: now_ms };
    if ((await holdRecord.replace(ledger, seen, released)) === "written") return released;
  }
}

/** What a hold can name in a backup. */
interface Holdable {
  readonly id: string;
  readonly resource_id: string;
  readonly checkpoint_id?: string | null | undefined;
}

/** The first hold that concerns a backup of a vault, if any. */
export function holdOn(holds: readonly Hold[], backup: Holdable, vault_id: string): Hold | undefined {
  const names = [backup.id, backup.resource_id, backup.checkpoint_id, vault_id];
  return holds.find(({ target }) => names.includes(target));
}
