import { approvalOf } from "../../shared/control/approval.ts";
import { readStopHistory } from "../../shared/control/stop.ts";
import { projectOf } from "../../shared/estate/find.ts";
import type { PruneDecision } from "../../shared/prune/decision.ts";
import { groundsOf } from "../../shared/prune/grounds.ts";
import { confirmDeletions } from "../../shared/prune/outcome.ts";
import { makePlan, type PrunePlan, planRecord, writePlan } from "../../shared/prune/plan.ts";
import type { VaultPrune } from "../../shared/prune/vault-record.ts";
import { raise } from "../../shared/work/alert.ts";
import type { InProject } from "./definition.ts";
import { decideVault, lookAtVault, lookElsewhere } from "./listing.ts";

/** Lists the vault, decides about each of its backups and writes the plan. Nothing is deleted before it is written. */
export async function planVault(prune: VaultPrune, deps: InProject): Promise<VaultPrune> {
  const { ledger, clock, estate } = deps;
  // An earlier delivery may have got so far: its plan stands.
  const before = await planRecord.read(ledger, prune);
  if (before) return follow(prune, before.value, prune.unconfirmed);

  const { resumes } = await readStopHistory(ledger);
  const seen = await lookAtVault(prune, deps);
  const grounds = groundsOf(projectOf(estate, prune.project), seen, resumes);
  const { listed, unreadable, decisions } = await decideVault(seen, grounds, deps);
  const unconfirmed = await confirmDeletions(ledger, seen, {
    ...{ runs: seen.unconfirmed, listed, unreadable, now_ms: clock.now() },
    elsewhere: lookElsewhere(seen, deps),
  });
  const { project, vault_id, scheduled_at, edition } = seen;
  const { mode, largest_share } = grounds.policy;
  const plan = makePlan({
    ...{ project, vault_id, scheduled_at, edition, decisions, mode, largest_share },
    ...{ vault_name: seen.vault.name, planned_at_ms: clock.now(), grounds: grounds.hash },
  });
  const written = await writePlan(ledger, plan, decisions);
  if (written.hash === plan.hash) await tellOfPause(decisions, seen, deps);
  return follow(seen, written, unconfirmed);
}

function follow(prune: VaultPrune, plan: PrunePlan, unconfirmed: readonly string[]): VaultPrune {
  const { hash, planned_at_ms, grounds, mode, deletes, kept } = plan;
  const refused = Object.values(plan.refused).reduce((sum, count) => sum + count, 0);
  const found = `${deletes} to delete, ${kept} kept, ${refused} refused`;
  const planned = {
    ...prune,
    unconfirmed: [...unconfirmed],
    put_off: 0,
    plan: { hash, planned_at_ms, grounds },
  };
  if (deletes === 0) return { ...planned, state: "closed", note: `nothing to delete: ${found}` };
  if (mode === "report") return { ...planned, state: "closed", note: `report only: ${found}` };
  if (plan.needs_approval) return { ...planned, state: "waiting", note: plan.needs_approval };
  return { ...planned, state: "deleting", note: "" };
}

/** A plan over the largest share waits for a person, who is told once. */
export async function awaitApproval(
  prune: VaultPrune,
  { ledger, publisher, clock }: InProject,
): Promise<VaultPrune> {
  const { project, vault_id, plan } = prune;
  if (!plan) return { ...prune, state: "due", note: "" };
  if (await approvalOf(ledger, plan.hash)) return { ...prune, state: "deleting", note: "" };
  const text = `Vault ${prune.vault.name} (${vault_id}) in project ${project} is not pruned: ${prune.note}. Read the plan (operate why BACKUP) and approve it with: npm run operate -- approve ${plan.hash}`;
  const subject = `${vault_id} ${plan.hash.slice(0, 12)}`;
  await raise(
    { ledger, publisher, now_ms: clock.now() },
    { project, subject, cause: "plan-needs-approval", text },
  );
  return prune;
}

/** People are told once a run when resources have gone without a good backup for so long that nothing of them may go. */
async function tellOfPause(
  decisions: readonly PruneDecision[],
  { project, vault_id, vault, scheduled_at }: VaultPrune,
  { ledger, publisher, clock }: InProject,
): Promise<void> {
  const breached = decisions.filter(({ code }) => code === "rpo-breached");
  const [first] = breached;
  if (!first) return;
  const resources = new Set(breached.map(({ resource_id }) => resource_id)).size;
  const text = `Pruning is paused for ${resources} resources of vault ${vault.name} (${vault_id}) in project ${project}, ${first.resource_id} among them: their newest good backup is older than the recovery point objective. Other vaults may be concerned too; the coverage report names them all.`;
  await raise(
    { ledger, publisher, now_ms: clock.now() },
    { project, subject: `${scheduled_at} prune`, cause: "pruning-paused", text },
  );
}
