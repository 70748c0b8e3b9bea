import * as z from "zod";
import { objectTypeOf, type Vault } from "../api/operations/cbr/vault.ts";
import type { Selectable } from "../estate/selection.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject } from "../ledger/record.ts";

/** What pruning must know of a vault, as it was seen at the provider. */
const vaultFactsSchema = z.object({
  seen_at_ms: z.number().int(),
  name: z.string(),
  object_type: z.string(),
  protect_type: z.string().optional(),
  cloud_type: z.string().optional(),
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
    protect_type: vault.billing.protect_type ?? undefined,
    cloud_type: vault.billing.cloud_type ?? undefined,
    status: vault.billing.status,
    locked: vault.locked === true,
    tags: (vault.tags ?? []).map(({ key, value }) => ({ key, value: value ?? "" })),
    resources: vault.resources.map(({ id }) => id),
  };
}

/** What of the vault a rule's selection can see. */
export function selectableFacts(id: string, facts: VaultFacts): Selectable {
  const { name, object_type, protect_type, cloud_type, tags, resources } = facts;
  return { id, name, object_type, protect_type, cloud_type, tags, resource_ids: resources };
}

/** How far the pruning of one vault is. Every change is made under the revision it was decided on. */
const vaultPruneSchema = z.object({
  project: z.string(),
  vault_id: z.string(),
  /** The run it is in, or was in last. */
  scheduled_at: z.string(),
  /**
   * due: to be listed and planned; waiting: its plan waits for an approval; deleting: its plan is being carried out;
   * closed: nothing more happens in this run.
   */
  state: z.enum(["due", "waiting", "deleting", "closed"]),
  /** Why it is closed, or what it waits for, in words. */
  note: z.string(),
  /** Counts the plans of a run: one that lost its grounds is followed by another. */
  edition: z.number().int().default(0),
  /** The slice that is due; a message for another is dropped. */
  slice: z.number().int(),
  /** Somebody is at it. */
  lease: z.object({ until_ms: z.number().int(), by: z.string() }).nullable(),
  not_before_ms: z.number().int(),
  /** How often in a row it was put off. */
  put_off: z.number().int(),
  vault: vaultFactsSchema,
  /** The plan in force or carried out last. */
  plan: z
    .object({
      hash: z.string(),
      planned_at_ms: z.number().int(),
      /** The hash of the grounds that it was made on (grounds.ts). */
      grounds: z.string().default(""),
    })
    .nullable(),
  /** Runs with deletions that only a later listing can confirm. */
  unconfirmed: z.array(z.string()),
});

export type VaultPrune = z.output<typeof vaultPruneSchema>;
export type VaultPruneId = Pick<VaultPrune, "project" | "vault_id">;

export const vaultPruneRecord = defineRecord({
  kind: "vault-prune",
  version: 1,
  schema: vaultPruneSchema,
  partition: perProject("prune"),
  sort: ({ vault_id }: VaultPruneId) => vault_id,
});

/** How far every vault of a project is. */
export const vaultPrunesOf = (ledger: Ledger, project: string) => vaultPruneRecord.all(ledger, { project });
