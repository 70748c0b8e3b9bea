import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject } from "../ledger/record.ts";
import type { Slot } from "./slot.ts";

/** What the ledger knows of a vault's recovery points, kept by settle-checkpoints. */
const protectionSchema = z.object({
  project: z.string(),
  vault_id: z.string(),
  /** Resource id → when its newest good backup of ours was taken (the attempt's time), epoch milliseconds. */
  covered_at_ms: z.record(z.string(), z.number().int()),
});

type Protection = z.output<typeof protectionSchema>;

export const protectionRecord = defineRecord({
  kind: "protection",
  version: 1,
  schema: protectionSchema,
  partition: perProject("protection"),
  sort: ({ vault_id }: Pick<Protection, "vault_id">) => vault_id,
});

export async function protectionsOf(ledger: Ledger, project: string): Promise<Map<string, Protection>> {
  const protections = new Map<string, Protection>();
  for await (const { value } of protectionRecord.all(ledger, { project })) {
    protections.set(value.vault_id, value);
  }
  return protections;
}

/** A resource that has had no backup for so long is gone, or as urgent as one that never had any. */
const memory_ms = 90 * 86_400_000;

/** What a slot's backups make of it: they are as old as the attempt that made them. Pure. */
export function protectedBy(
  before: Protection | undefined,
  slot: Pick<Slot, "project" | "vault_id" | "covered">,
  { at_ms, now_ms }: { readonly at_ms: number; readonly now_ms: number },
): Protection {
  const kept = Object.entries(before?.covered_at_ms ?? {}).filter(([, at]) => at > now_ms - memory_ms);
  const covered_at_ms = Object.fromEntries(kept);
  for (const id of Object.keys(slot.covered)) covered_at_ms[id] = Math.max(covered_at_ms[id] ?? 0, at_ms);
  return { project: slot.project, vault_id: slot.vault_id, covered_at_ms };
}

/** The recovery point of the vault's worst resource: 0 when one has never been covered. */
export function worstRecoveryPoint_ms(
  protection: Protection | undefined,
  resources: readonly string[],
): number {
  return Math.min(Number.MAX_SAFE_INTEGER, ...resources.map((id) => protection?.covered_at_ms[id] ?? 0));
}
