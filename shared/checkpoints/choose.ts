import * as z from "zod";
import { textOf, type UnreadableItem } from "../api/list.ts";
import { objectTypeOf, type Vault, vaultTag } from "../api/operations/cbr/vault.ts";
import type { CheckpointRule, Project } from "../estate/estate.ts";
import { type Selectable, selects } from "../estate/selection.ts";

/** What planning needs to know of a vault, as the provider lists it. */
export type ListedVault = Pick<Vault, "id" | "name" | "tags" | "resources" | "billing" | "auto_expand">;

export type Choice =
  | {
      readonly vault: ListedVault;
      readonly take: true;
      readonly resources: readonly string[];
      readonly named: boolean;
    }
  | {
      readonly vault: Pick<ListedVault, "id" | "name" | "resources">;
      readonly take: false;
      readonly reason: string;
    };

/** Decides for every vault that a rule selects whether it can be backed up tonight; the others are left out. */
export function choose(vaults: readonly ListedVault[], rule: CheckpointRule): Choice[] {
  return vaults
    .filter((vault) => selects(rule.select, selectable(vault)))
    .map((vault) => decide(vault, rule));
}

const readableTags = z.object({ tags: z.array(vaultTag).nullable() });

/**
 * The listed vaults that cannot be read and that the rule may mean, for all that can be read of them: nobody can say
 * what they hold, and so they are left out with the reason. One that bears no id is only counted and logged.
 */
export function chooseUnreadable(items: readonly UnreadableItem[], { select }: CheckpointRule): Choice[] {
  return items.flatMap((item): Choice[] => {
    const { id, problem, raw } = item;
    if (id === undefined) return [];
    const name = textOf(item, "name");
    const tags = readableTags.safeParse(raw).data?.tags;
    const readable = {
      ...{ vault_ids: select.vault_ids },
      ...(name !== undefined && { name_pattern: select.name_pattern }),
      ...(tags && { tags: select.tags }),
    };
    const known = { id, name: name ?? "", tags: toTags(tags), object_type: "", resource_ids: [] };
    if (!selects(readable, known)) return [];
    const vault = { id, name: name ?? id, resources: [] };
    return [{ vault, take: false, reason: `unreadable: the provider's answer about it: ${problem}` }];
  });
}

/** Every rule of the project that selects a vault. */
export function rulesFor(project: Pick<Project, "checkpoints">, vault: ListedVault): CheckpointRule[] {
  return rulesSelecting(project, selectable(vault));
}

/** The same, of a vault that was seen before. */
export function rulesSelecting(
  { checkpoints }: Pick<Project, "checkpoints">,
  vault: Selectable,
): CheckpointRule[] {
  return checkpoints.filter(({ select }) => selects(select, vault));
}

/** What of a listed vault a selection can see. */
export function selectable(vault: ListedVault): Selectable {
  const { id, name, tags, resources } = vault;
  return {
    id,
    name,
    tags: toTags(tags),
    object_type: objectTypeOf(vault),
    protect_type: vault.billing.protect_type ?? undefined,
    cloud_type: vault.billing.cloud_type ?? undefined,
    resource_ids: resources.map((resource) => resource.id),
  };
}

const toTags = (tags: ListedVault["tags"]) =>
  (tags ?? []).map(({ key, value }) => ({ key, value: value ?? "" }));

function decide(vault: ListedVault, rule: CheckpointRule): Choice {
  const excluded = new Set(rule.exclude_resource_ids);
  const resources = vault.resources.map(({ id }) => id).filter((id) => !excluded.has(id));
  const reason = obstacle(vault, resources);
  if (reason) return { vault, take: false, reason };
  return { vault, take: true, resources, named: resources.length < vault.resources.length };
}

/**
 * Why the provider would refuse, so that it need not be asked. A status that is not documented is no reason: asking does no
 * harm, and its own answer says more than a word that nobody knows.
 */
function obstacle(
  { billing, resources: all, auto_expand }: ListedVault,
  resources: readonly string[],
): string | undefined {
  if (all.length === 0) return "empty: the vault holds no resource";
  if (resources.length === 0) return "empty: every resource of the vault is excluded by the rule";
  if (billing.status === "frozen") return "frozen: the account's charges are overdue";
  if (billing.status === "lock") return "lock: the vault's billing status is lock";
  if (billing.status === "deleting") return "deleting: the vault is being deleted";
  if (billing.status === "error") return "error: the vault's status is error";
  const used_mb = billing.used ?? 0;
  // 6114 is what the provider would answer: the used capacity exceeds the maximum.
  if (!auto_expand && used_mb >= billing.size * 1024) return `full: ${used_mb} MB used of ${billing.size} GB`;
  return undefined;
}
