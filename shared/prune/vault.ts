import * as z from "zod";
import { objectTypeOf, type Vault } from "../api/operations/cbr/vault.ts";
import type { Selectable } from "../estate/selection.ts";

/** What pruning must know of a vault, as it was seen at the provider. */
export const vaultFactsSchema = z.object({
  seen_at_ms: z.number().int(),
  name: z.string(),
  object_type: z.string(),
  status: z.string(),
  locked: z.boolean(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
  /** Ids of the resources that are in it. */
  resources: z.array(z.string()),
});

export type VaultFacts = z.output<typeof vaultFactsSchema>;

export function factsOf(vault: Vault, now_ms: number): VaultFacts {
  return {
    seen_at_ms: now_ms,
    name: vault.name,
    object_type: objectTypeOf(vault),
    status: vault.billing.status,
    locked: vault.locked === true,
    tags: (vault.tags ?? []).map(({ key, value }) => ({ key, value: value ?? "" })),
    resources: vault.resources.map(({ id }) => id),
  };
}

/** What of the vault a rule's selection can see. */
export function selectableFacts(id: string, { name, object_type, tags, resources }: VaultFacts): Selectable {
  return { id, name, object_type, tags, resource_ids: resources };
}
