import { inParallel } from "../core/parallel.ts";
import { itemsAtOnce, type Ledger } from "../ledger/ledger.ts";
import { type RefusalCode, refusals } from "../prune/decision.ts";
import { deletionsOf } from "../prune/deletion.ts";
import { type PrunePlan, planRecord } from "../prune/plan.ts";
import { type VaultPrune, vaultPrunesOf } from "../prune/vault-record.ts";
import type { PruningCoverage, WaitingApproval } from "./schema.ts";

/** What became of the deletions of one plan. */
interface Deletions {
  readonly deleted: number;
  readonly requested: number;
}

interface Run {
  readonly prune: VaultPrune;
  readonly plan: PrunePlan;
  readonly deletions: Deletions;
}

/** Refusals that hold a whole resource back for a while. */
const pauses: readonly string[] = ["slot-open", "rpo-breached"] satisfies readonly RefusalCode[];

/** What the latest run of pruning did in a project, and the plans that wait for a person. */
export async function readPruning(
  ledger: Ledger,
  project: string,
): Promise<{ readonly pruning: PruningCoverage; readonly approvals: readonly WaitingApproval[] }> {
  const prunes: VaultPrune[] = [];
  for await (const { value } of vaultPrunesOf(ledger, project)) prunes.push(value);
  const runs = (await inParallel(prunes, itemsAtOnce, (prune) => readRun(ledger, prune))).flatMap(
    (run) => run ?? [],
  );
  return { pruning: sumUp(runs), approvals: runs.flatMap(waiting) };
}

async function readRun(ledger: Ledger, prune: VaultPrune): Promise<Run | undefined> {
  if (!prune.plan) return undefined;
  const plan = (await planRecord.read(ledger, prune))?.value;
  if (!plan) return undefined;
  const deletions = { deleted: 0, requested: 0 };
  if (plan.deletes > 0 && plan.mode === "delete") {
    for await (const { value } of deletionsOf(ledger, plan)) {
      if (value.state === "gone") deletions.deleted++;
      else if (value.state === "requested" || value.state === "unclear") deletions.requested++;
    }
  }
  return { prune, plan, deletions };
}

function sumUp(runs: readonly Run[]): PruningCoverage {
  const counts = new Map<string, number>();
  for (const { plan } of runs) {
    for (const [code, backups] of Object.entries(plan.refused))
      counts.set(code, (counts.get(code) ?? 0) + backups);
  }
  const all = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([code, backups]) => ({ code, reason: sentenceOf(code), backups }));
  const total = (of: (run: Run) => number) => runs.reduce((sum, run) => sum + of(run), 0);
  return {
    deleted: total(({ deletions }) => deletions.deleted),
    requested: total(({ deletions }) => deletions.requested),
    kept: total(({ plan }) => plan.kept),
    refused: all.filter(({ code }) => !pauses.includes(code)),
    paused: all.filter(({ code }) => pauses.includes(code)),
    plans: runs.map(({ prune, plan, deletions }) => ({
      vault_id: plan.vault_id,
      vault_name: plan.vault_name,
      planned_at: new Date(plan.planned_at_ms).toISOString(),
      state: prune.note ? `${prune.state}: ${prune.note}` : prune.state,
      ...deletions,
      kept: plan.kept,
      refused: Object.values(plan.refused).reduce((sum, backups) => sum + backups, 0),
      mode: plan.mode,
    })),
  };
}

const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);
const sentenceOf = (code: string): string => (isRefusal(code) ? refusals[code] : code);

function waiting({ prune, plan }: Run): WaitingApproval[] {
  if (prune.state !== "waiting" || !plan.needs_approval) return [];
  return [
    {
      kind: "prune plan",
      hash: plan.hash,
      subject: `vault ${plan.vault_name} (${plan.vault_id})`,
      reason: plan.needs_approval,
      command: `npm run operate -- approve ${plan.hash}`,
    },
  ];
}
