import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";

/** What the ledger knows of a vault's recovery points, kept by settle-checkpoints. */
const protectionSchema = z.object({
  project: z.string(),
  vault_id: z.string(),
  /** Resource id → when its newest good backup of ours was taken (the attempt's time), epoch milliseconds. */
  covered_at_ms: z.record(z.string(), z.number().int()),
});

export type Protection = z.output<typeof protectionSchema>;

const partition = (project: string) => `protection#${project}`;

export const protectionRecord = defineRecord({
  kind: "protection",
  version: 1,
  schema: protectionSchema,
  idOf: (protection): { project: string; vault_id: string } => protection,
  key: ({ project, vault_id }: { project: string; vault_id: string }) => ({
    partition: partition(project),
    sort: vault_id,
  }),
});

export async function protectionsOf(ledger: Ledger, project: string): Promise<Map<string, Protection>> {
  const protections = new Map<string, Protection>();
  for await (const { value } of protectionRecord.list(ledger, { partition: partition(project) })) {
    protections.set(value.vault_id, value);
  }
  return protections;
}

/** The recovery point of the vault's worst resource: 0 when one has never been covered. */
export function worstRecoveryPoint_ms(
  protection: Protection | undefined,
  resources: readonly string[],
): number {
  return Math.min(Number.MAX_SAFE_INTEGER, ...resources.map((id) => protection?.covered_at_ms[id] ?? 0));
}
