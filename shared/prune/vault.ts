import * as z from "zod";
import type { Vault } from "../api/operations/cbr/vault.ts";

/** What pruning must know of a vault, as it was seen at the provider. */
export const vaultFactsSchema = z.object({
  seen_at_ms: z.number().int(),
  name: z.string(),
  status: z.string(),
  locked: z.boolean(),
  /** It bears the project's hold tag. */
  held: z.boolean(),
  /** Ids of the resources that are in it. */
  resources: z.array(z.string()),
});

export type VaultFacts = z.output<typeof vaultFactsSchema>;

export function factsOf(vault: Vault, hold_tag: string, now_ms: number): VaultFacts {
  return {
    seen_at_ms: now_ms,
    name: vault.name,
    status: vault.billing.status,
    locked: vault.locked === true,
    held: (vault.tags ?? []).some(({ key }) => key === hold_tag),
    resources: vault.resources.map(({ id }) => id),
  };
}
