import { pruneVaultDue } from "../../events/prune-vault-due.ts";
import { readStopHistory } from "../../shared/control/stop.ts";
import { projectOf } from "../../shared/estate/find.ts";
import type { Deps } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import { measuresOf } from "../../shared/lambda/measures.ts";
import { decideAnew } from "../../shared/prune/begin.ts";
import { groundsOf } from "../../shared/prune/grounds.ts";
import { type PrunePlan, planRecord } from "../../shared/prune/plan.ts";
import { type VaultPrune, vaultPruneRecord } from "../../shared/prune/vault-record.ts";
import { carryOut } from "./carry-out.ts";
import { definition, type InProject } from "./definition.ts";
import { awaitApproval, planVault } from "./plan-vault.ts";
import { sliceError } from "./slice-error.ts";

type PruneVaultDue = ReturnType<typeof pruneVaultDue.parse>;

/** For the log, the metrics and the tests. */
export interface Pruned {
  readonly did: "nothing" | "conflict" | VaultPrune["state"] | "put-off";
  readonly why: string;
  /** The plan, when this slice has written it. */
  readonly planned?: PrunePlan | undefined;
}

/** Longer than the function may run, so that two never work on one vault. */
const lease_ms = 16 * 60_000;
/** Queues keep a message back for this long at most. */
const longestDelay_s = 900;
/** Clocks differ, and a message may be a little early. */
const slack_ms = 60_000;

/**
 * Does one slice of one vault's pruning: plans it, or goes on with what its plan deletes. Only the message for the
 * slice that is due does anything, and only one at a time; what was planned is carried out, never more.
 */
export async function pruneVault(due: PruneVaultDue, deps: Deps<typeof definition>): Promise<Pruned> {
  const project = projectOf(deps.estate, due.project);
  const inProject: InProject = { ...deps, project, provider: await deps.provider(project) };
  const { ledger, clock, invocation } = inProject;
  const seen = await vaultPruneRecord.read(ledger, due);
  if (!seen) return { did: "nothing", why: "the ledger knows no run of this vault" };
  const why = notNow(seen.value, due, clock.now());
  if (why) return { did: "nothing", why };

  const lease = { until_ms: clock.now() + lease_ms, by: invocation };
  const note = seen.value.state === "deleting" ? "" : seen.value.note;
  const claimed = await vaultPruneRecord.replace(ledger, seen, { ...seen.value, lease, note });
  if (claimed === "conflict") return { did: "conflict", why: "another invocation has claimed it" };

  const next = await advance(claimed.value, inProject).catch((error: unknown) =>
    sliceError(error, claimed.value, inProject),
  );
  const goesOn = next.state === "due" || (next.state === "deleting" && next.note === "");
  const slice = goesOn ? next.slice + 1 : next.slice;
  const freed = { ...next, slice, lease: null };
  if ((await vaultPruneRecord.replace(ledger, claimed, freed)) === "conflict")
    return { did: "conflict", why: "another invocation has changed it meanwhile" };
  if (goesOn) await goOn(freed, inProject);
  const did = goesOn && next.put_off > 0 ? "put-off" : next.state;
  const isNew = next.plan !== null && next.plan.hash !== claimed.value.plan?.hash;
  const planned = isNew ? (await planRecord.read(ledger, next))?.value : undefined;
  return { did, why: next.note, ...(planned && { planned }) };
}

function notNow(prune: VaultPrune, due: PruneVaultDue, now_ms: number): string | undefined {
  if (prune.scheduled_at !== due.scheduled_at || prune.slice !== due.slice) {
    return `the message is for slice ${due.slice} of ${due.scheduled_at}, the vault is at slice ${prune.slice} of ${prune.scheduled_at}`;
  }
  if (prune.state === "closed") return "the run is over";
  if (prune.lease && now_ms < prune.lease.until_ms) return "another invocation holds the lease";
  if (now_ms < prune.not_before_ms - slack_ms) return "it is not due yet";
  return undefined;
}

async function advance(prune: VaultPrune, deps: InProject): Promise<VaultPrune> {
  let now = await onPresentGrounds(prune, deps);
  if (now.state === "due") now = await planVault(now, deps);
  if (now.state === "waiting") now = await awaitApproval(now, deps);
  if (now.state === "deleting") now = await carryOut(now, deps);
  return now;
}

/** A plan that was made under other rules, or before a resume, is not carried out: the run decides anew. */
async function onPresentGrounds(prune: VaultPrune, { estate, ledger }: InProject): Promise<VaultPrune> {
  if (!prune.plan) return prune;
  const { resumes } = await readStopHistory(ledger);
  const { hash } = groundsOf(projectOf(estate, prune.project), prune, resumes);
  return hash === prune.plan.grounds ? prune : decideAnew(prune);
}

async function goOn(prune: VaultPrune, { queueOf, clock }: InProject): Promise<void> {
  const { project, vault_id, scheduled_at, slice } = prune;
  const wait_s = Math.ceil(Math.max(0, prune.not_before_ms - clock.now()) / 1000);
  const body = pruneVaultDue.create({ project, vault_id, scheduled_at, slice });
  await queueOf(pruneVaultDue).send([{ body, delay_s: Math.min(longestDelay_s, wait_s) }]);
}

export const implementation = implement(definition, pruneVault, {
  // A plan counts once, when it is written; its slices add nothing.
  measure({ planned }) {
    if (!planned) return [];
    const { project, kept, deletes, refused, needs_approval } = planned;
    return measuresOf(project, {
      BackupsKept: kept,
      BackupsExpired: deletes,
      BackupsRefused: Object.values(refused).reduce((sum, count) => sum + count, 0),
      BackupsPaused: refused["rpo-breached"] ?? 0,
      PlansWaiting: needs_approval === null ? 0 : 1,
    });
  },
});
