import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";

/** A person's word that something must not be deleted. */
const holdSchema = z.object({
  id: z.string(),
  /** The id of a backup, a checkpoint, a resource or a vault; it holds every backup that bears it. */
  target: z.string(),
  /** The id of what contains the target, where that is only a part: a server's backup, or a server. */
  whole: z.string().nullable().default(null),
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
  partition: () => "control",
  sort: ({ id }: Pick<Hold, "id">) => `hold#${id}`,
  expires_at_ms: ({ released_at_ms }) => (released_at_ms === null ? undefined : released_at_ms + memory_ms),
});

/** The holds in force, strongly consistent. */
export async function holdsInForce(ledger: Ledger): Promise<Hold[]> {
  const holds: Hold[] = [];
  for await (const { value } of holdRecord.all(ledger, {}, { prefix: "hold#" })) {
    if (value.released_at_ms === null) holds.push(value);
  }
  return holds;
}

export async function placeHold(
  ledger: Ledger,
  hold: Omit<Hold, "released_at_ms" | "whole"> & Partial<Pick<Hold, "whole">>,
): Promise<void> {
  const written = await holdRecord.create(ledger, { whole: null, ...hold, released_at_ms: null });
  if (written === "conflict") throw new Error(`a hold ${hold.id} exists already`);
}

/** Releases a hold; undefined when there is none in force by that id. */
export async function releaseHold(ledger: Ledger, id: string, now_ms: number): Promise<Hold | undefined> {
  for (;;) {
    const seen = await holdRecord.read(ledger, { id });
    if (!seen || seen.value.released_at_ms !== null) return undefined;
    const released = { ...seen.value, released_at_ms: now_ms };
    if ((await holdRecord.replace(ledger, seen, released)) !== "conflict") return released;
  }
}

/** What a hold can name in a backup: it, its resource, its checkpoint, and the same of each of its parts. */
interface Holdable {
  readonly id: string;
  readonly resource_id: string;
  readonly checkpoint_id?: string | null | undefined;
  readonly children?: readonly Holdable[] | null | undefined;
}

/** The first hold that concerns a backup of a vault, if any. A hold on a part holds the whole, which goes only at once. */
export function holdOn(holds: readonly Hold[], backup: Holdable, vault_id: string): Hold | undefined {
  const names = new Set([vault_id, ...namesOf(backup)]);
  return holds.find(({ target, whole }) => names.has(target) || (whole !== null && names.has(whole)));
}

const namesOf = ({ id, resource_id, checkpoint_id, children }: Holdable): string[] => [
  ...[id, resource_id],
  ...(checkpoint_id ? [checkpoint_id] : []),
  ...(children ?? []).flatMap(namesOf),
];
