import * as z from "zod";
import { chunks } from "../core/parallel.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject } from "../ledger/record.ts";
import type { Usage } from "./capacity.ts";

/** What the vaults of a project held on a day: the provider tells only how it is now. In slices, below 400 KB each. */
const usageRecord = defineRecord({
  kind: "vault-usage",
  version: 1,
  schema: z.object({
    project: z.string(),
    date: z.string(),
    slice: z.number().int(),
    /** Vault id → MB. */
    used_mb: z.record(z.string(), z.number()),
    written_at_ms: z.number().int(),
  }),
  partition: perProject("usage"),
  sort: ({ date, slice }: { readonly date: string; readonly slice: number }) =>
    `${date}#${String(slice).padStart(4, "0")}`,
  expires_at_ms: ({ written_at_ms }) => written_at_ms + 120 * 86_400_000,
});

const vaultsPerSlice = 2000;

/** Writes down what the vaults hold today; a second report of the same day writes it again. */
export async function rememberUsage(
  ledger: Ledger,
  { project, date, now_ms }: { readonly project: string; readonly date: string; readonly now_ms: number },
  vaults: readonly { readonly id: string; readonly used_mb: number }[],
): Promise<void> {
  for (const [slice, part] of chunks(vaults, vaultsPerSlice).entries()) {
    const used_mb = Object.fromEntries(part.map((vault) => [vault.id, vault.used_mb]));
    const value = { project, date, slice, used_mb, written_at_ms: now_ms };
    const seen = await usageRecord.read(ledger, value);
    // Who loses a race here has lost it to the same figures.
    await usageRecord.put(ledger, seen, value);
  }
}

/** The daily figures of each vault from a date on, oldest first. */
export async function usageHistory(
  ledger: Ledger,
  project: string,
  from: string,
): Promise<Map<string, Usage[]>> {
  const history = new Map<string, Usage[]>();
  for await (const { value } of usageRecord.all(ledger, { project })) {
    if (value.date < from) continue;
    for (const [id, used_mb] of Object.entries(value.used_mb)) {
      const days = history.get(id);
      if (days) days.push({ date: value.date, used_mb });
      else history.set(id, [{ date: value.date, used_mb }]);
    }
  }
  return history;
}
