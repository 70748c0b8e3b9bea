import { slotsOfVault } from "../../shared/checkpoints/slot.ts";
import { holdsInForce } from "../../shared/control/hold.ts";
import { projectOf } from "../../shared/estate/find.ts";
import { confirmDeletions } from "../../shared/prune/confirm.ts";
import { decidePrune } from "../../shared/prune/decide.ts";
import type { PruneDecision } from "../../shared/prune/decision.ts";
import { type PrunePolicy, prunePolicy } from "../../shared/prune/policy.ts";
import { protectedIn } from "../../shared/prune/protected-resources.ts";
import type { VaultPrune } from "../../shared/prune/vault-record.ts";
import type { PruneSurroundings } from "./surroundings.ts";

export interface Judged {
  readonly decisions: PruneDecision[];
  readonly policy: PrunePolicy;
  /** Runs whose deletions this listing has not all confirmed. */
  readonly unconfirmed: string[];
}

/**
 * Lists the vault completely, confirms what earlier runs have deleted and decides about every backup. Throws ListMoved,
 * ProviderError, BudgetSpent, RetentionRefusal, NoPrunePolicy.
 */
export async function judge(
  prune: VaultPrune,
  { estate, ledger, clock, provider }: PruneSurroundings,
  runs: readonly string[],
): Promise<Judged> {
  const project = projectOf(estate, prune.project);
  const policy = prunePolicy(project, prune.rules);
  const backups = await Array.fromAsync(
    provider.listBackups.all({ query: { vault_id: prune.vault_id } }, { pagesAhead: 2 }),
  );
  const now_ms = clock.now();
  const { unconfirmed } = await confirmDeletions(ledger, prune, { runs, listed: backups, now_ms });
  const [slots, holds] = await Promise.all([
    Array.fromAsync(slotsOfVault(ledger, prune)),
    holdsInForce(ledger),
  ]);
  const inVault = new Set(prune.vault.resources);
  const strangers = backups.some(({ resource_id }) => !inVault.has(resource_id));
  const decisions = decidePrune({
    ...{ backups, holds, policy, now_ms },
    project_id: project.project_id,
    vault_id: prune.vault_id,
    vault: prune.vault,
    slots: slots.map(({ value }) => value),
    elsewhere: strangers ? await protectedIn(ledger, prune) : new Set(),
    shared: new Set(),
  });
  return { decisions, policy, unconfirmed };
}
