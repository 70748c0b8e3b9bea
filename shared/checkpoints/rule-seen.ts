import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";

/** Since when a rule has been in force: nights before are not missed nights. */
const ruleSeen = defineRecord({
  kind: "rule-seen",
  version: 1,
  schema: z.object({ project: z.string(), rule: z.string(), since_ms: z.number().int() }),
  idOf: (seen): { project: string; rule: string } => seen,
  key: ({ project, rule }: { project: string; rule: string }) => ({
    partition: `rules#${project}`,
    sort: rule,
  }),
});

/** When the ledger first heard of the rule; that is now, if it never has. */
export async function ruleSince(
  ledger: Ledger,
  id: { project: string; rule: string },
  now_ms: number,
): Promise<number> {
  const seen = await ruleSeen.read(ledger, id);
  if (seen) return seen.value.since_ms;
  await ruleSeen.create(ledger, { ...id, since_ms: now_ms });
  return now_ms;
}

/** When the ledger first heard of the rule; undefined if it never has. Changes nothing. */
export async function ruleSeenSince(
  ledger: Ledger,
  id: { project: string; rule: string },
): Promise<number | undefined> {
  return (await ruleSeen.read(ledger, id))?.value.since_ms;
}
