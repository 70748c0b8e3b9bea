import type { UnreadableItem } from "../../shared/api/list.ts";
import type { Backup } from "../../shared/api/operations/cbr/backup.ts";
import { isMissing } from "../../shared/api/provider-error.ts";
import { holdsInForce } from "../../shared/control/hold.ts";
import { chunks } from "../../shared/core/parallel.ts";
import { projectOf } from "../../shared/estate/find.ts";
import { decidePrune } from "../../shared/prune/decide.ts";
import type { PruneDecision } from "../../shared/prune/decision.ts";
import type { Deletion } from "../../shared/prune/deletion.ts";
import { type Grounds, NotPruned } from "../../shared/prune/grounds.ts";
import { slotsBehind } from "../../shared/prune/origin.ts";
import { factsOf, type VaultPrune } from "../../shared/prune/vault-record.ts";
import type { InProject } from "./definition.ts";

/** What was seen of a vault and its backups is relied on for so long; then it is looked at again. */
export const reliedOn_ms = 3 * 60_000;
/** A call that was begun in time may still be on its way for so long, its repetitions included. */
const underWay_ms = 2 * 60_000;

/** The vault as it is now, unless it was seen a moment ago. Throws NotPruned when it is gone. */
export async function lookAtVault(
  prune: VaultPrune,
  { clock, provider }: Pick<InProject, "clock" | "provider">,
  mostAge_ms = reliedOn_ms,
): Promise<VaultPrune> {
  if (clock.now() - prune.vault.seen_at_ms < mostAge_ms) return prune;
  try {
    const { vault } = await provider.showVault({ path: { vault_id: prune.vault_id } });
    return { ...prune, vault: factsOf(vault, clock.now()) };
  } catch (error) {
    if (isMissing(error)) throw new NotPruned("the vault is gone");
    throw error;
  }
}

interface VaultDecisions {
  readonly listed: readonly Backup[];
  readonly unreadable: readonly UnreadableItem[];
  readonly decisions: PruneDecision[];
}

/**
 * Lists the vault completely and decides about every backup, so that the decision is good for as long as it is relied
 * on. Throws ListMoved, ProviderError, BudgetSpent, RetentionRefusal.
 */
export async function decideVault(
  prune: VaultPrune,
  { policy, held }: Grounds,
  { estate, ledger, clock, provider }: InProject,
): Promise<VaultDecisions> {
  const { vault_id, vault } = prune;
  const unreadable: UnreadableItem[] = [];
  const listed = await Array.fromAsync(
    provider.listBackups.all(
      { query: { vault_id } },
      { pagesAhead: 2, unreadable: (item) => unreadable.push(item) },
    ),
  );
  const [slots, holds, elsewhere] = await Promise.all([
    slotsBehind(ledger, prune, listed),
    holdsInForce(ledger),
    inAnyVault(strangers(listed, vault.resources), provider),
  ]);
  const now_ms = clock.now();
  const decisions = decidePrune({
    ...{ backups: listed, unreadable, slots, holds, elsewhere, policy, now_ms, vault_id },
    project_id: projectOf(estate, prune.project).project_id,
    vault: { ...vault, held },
    shared: new Set(),
    until_ms: now_ms + reliedOn_ms + underWay_ms,
  });
  return { listed, unreadable, decisions };
}

/** Resources that have backups in the vault and are not in it. */
function strangers(listed: readonly Backup[], resources: readonly string[]): string[] {
  const inVault = new Set(resources);
  const all = listed.filter(({ parent_id }) => !parent_id).map(({ resource_id }) => resource_id);
  return [...new Set(all)].filter((id) => !inVault.has(id));
}

/** Ids of 36 characters: an address of some 2,000. */
const idsInQuery = 50;

/** Those of the resources that are in some vault now, so that an orphan can be told from a resource that has moved. */
async function inAnyVault(
  ids: readonly string[],
  provider: InProject["provider"],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const some of chunks(ids, idsInQuery)) {
    const vaults = provider.listVaults.all(
      { query: { resource_ids: some.join() } },
      {
        // Nobody can say which of them it holds.
        unreadable() {
          for (const id of some) found.add(id);
        },
      },
    );
    for await (const { resources } of vaults) for (const { id } of resources) found.add(id);
  }
  return found;
}

/**
 * What the provider has of a backup that a listing of its vault lacks. Its backups move with a resource, so that the
 * listing is proof only while the resource is in the vault; otherwise the backup itself is asked for.
 */
export function lookElsewhere(prune: VaultPrune, deps: InProject) {
  let resources: ReadonlySet<string> | undefined;
  return async ({ backup_id, resource_id }: Deletion): Promise<Backup | undefined> => {
    resources ??= await resourcesAfterListing(prune, deps);
    if (resources.has(resource_id)) return undefined;
    try {
      return (await deps.provider.showBackup({ path: { backup_id } })).backup;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
}

async function resourcesAfterListing(prune: VaultPrune, deps: InProject): Promise<ReadonlySet<string>> {
  try {
    return new Set((await lookAtVault(prune, deps, 0)).vault.resources);
  } catch (error) {
    if (error instanceof NotPruned) return new Set();
    throw error;
  }
}
