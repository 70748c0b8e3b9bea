import type { pruneDue } from "../../events/prune-due.ts";
import { pruneVaultDue } from "../../events/prune-vault-due.ts";
import { mayBeAmong, type UnreadableItem } from "../../shared/api/list.ts";
import type { Vault } from "../../shared/api/operations/cbr/vault.ts";
import { slotTime } from "../../shared/checkpoints/name.ts";
import { inParallel } from "../../shared/core/parallel.ts";
import type { Project } from "../../shared/estate/estate.ts";
import { projectOf } from "../../shared/estate/find.ts";
import type { Deps } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import { itemsAtOnce, type Ledger } from "../../shared/ledger/ledger.ts";
import { type Beginning, beginRun } from "../../shared/prune/begin.ts";
import { pruningRules } from "../../shared/prune/grounds.ts";
import { NoPrunePolicy } from "../../shared/prune/policy.ts";
import {
  factsOf,
  type VaultFacts,
  type VaultPrune,
  vaultPruneRecord,
  vaultPrunesOf,
} from "../../shared/prune/vault-record.ts";
import { definition } from "./definition.ts";

/**
 * Begins a run: one record and one message for each vault that a pruning rule selects. Safe to repeat: a vault that is
 * under way is left to whoever is at it, one that is unfinished gets its message again. A vault that cannot be read is
 * left as it is. Throws ListMoved.
 */
export async function planPrune(
  due: ReturnType<typeof pruneDue.parse>,
  { estate, ledger, queueOf, clock, provider }: Deps<typeof definition>,
) {
  const project = projectOf(estate, due.project);
  const scheduled_at = slotTime(due.scheduled_at);
  if (!project.prune) throw new NoPrunePolicy(`project ${project.name} has no prune section`);
  const client = await provider(project);
  const unreadable: UnreadableItem[] = [];
  const vaults = await Array.fromAsync(
    client.listVaults.all({}, { unreadable: (item) => unreadable.push(item) }),
  );
  const chosen = choose(vaults, project, clock.now());
  const begun = await inParallel(chosen, itemsAtOnce, (vault) =>
    begin(ledger, { project: project.name, ...vault, scheduled_at, now_ms: clock.now() }),
  );
  const sent = begun.filter((prune) => prune !== undefined);
  const chosenIds = new Set(chosen.map(({ vault_id }) => vault_id));
  const isOther = (vault_id: string) => !chosenIds.has(vault_id) && !mayBeAmong(unreadable, vault_id);
  await closeOthers(ledger, project.name, isOther, clock.now());
  await queueOf(pruneVaultDue).send(sent.map((prune) => ({ body: pruneVaultDue.create(messageOf(prune)) })));
  return {
    project: project.name,
    run: scheduled_at,
    vaults: vaults.length,
    chosen: chosen.length,
    sent: sent.length,
  };
}

/** The vaults that may lose backups: each rule that selects one must say which. */
function choose(
  vaults: readonly Vault[],
  project: Project,
  now_ms: number,
): { readonly vault_id: string; readonly vault: VaultFacts }[] {
  return vaults
    .map((vault) => ({ vault_id: vault.id, vault: factsOf(vault, now_ms) }))
    .filter(({ vault_id, vault }) => pruningRules(project, vault_id, vault).length > 0);
}

async function begin(ledger: Ledger, run: Beginning): Promise<VaultPrune | undefined> {
  const seen = await vaultPruneRecord.read(ledger, run);
  const next = beginRun(seen?.value, run);
  if (!next) return undefined;
  // Whoever was faster has sent its message, or is at it.
  return (await vaultPruneRecord.put(ledger, seen, next)) === "conflict" ? undefined : next;
}

/** A vault that is gone, or that no rule prunes any more, must not stay in the middle of an earlier run. */
async function closeOthers(
  ledger: Ledger,
  project: string,
  isOther: (vault_id: string) => boolean,
  now_ms: number,
): Promise<void> {
  const left = await Array.fromAsync(vaultPrunesOf(ledger, project));
  const others = left.filter(
    ({ value: { vault_id, state, lease } }) =>
      state !== "closed" && isOther(vault_id) && (lease === null || now_ms >= lease.until_ms),
  );
  await inParallel(others, itemsAtOnce, (seen) =>
    vaultPruneRecord.replace(ledger, seen, {
      ...seen.value,
      state: "closed",
      note: "the vault is gone, or no rule prunes it any more",
      unconfirmed: [...new Set([...seen.value.unconfirmed, seen.value.scheduled_at])],
    }),
  );
}

const messageOf = ({ project, vault_id, scheduled_at, slice }: VaultPrune) => ({
  project,
  vault_id,
  scheduled_at,
  slice,
});

export const implementation = implement(definition, planPrune);
