import { ListMoved } from "../../shared/api/list.ts";
import { ProviderError } from "../../shared/api/provider-error.ts";
import { NotInEstate } from "../../shared/estate/find.ts";
import { NotPruned } from "../../shared/prune/grounds.ts";
import { IncompletePlan } from "../../shared/prune/plan.ts";
import { NoPrunePolicy } from "../../shared/prune/policy.ts";
import type { VaultPrune } from "../../shared/prune/vault-record.ts";
import { BudgetSpent } from "../../shared/rate/budget.ts";
import { RetentionRefusal } from "../../shared/retention/refusal.ts";
import { raise } from "../../shared/work/alert.ts";
import { growingDelay } from "../../shared/work/lease.ts";
import type { InProject } from "./definition.ts";

const delays = { first_ms: 60_000, most_ms: 15 * 60_000 };
/** Half a day of trying; the next run begins anew. */
const mostPutOffs = 48;

/**
 * What becomes of a vault whose slice went wrong: what will pass is put off, what will not ends the run and people are
 * told. Anything else goes on its way: the message comes again when the lease has run out.
 */
export async function setback(
  error: unknown,
  prune: VaultPrune,
  { ledger, publisher, clock }: InProject,
): Promise<VaultPrune> {
  const now_ms = clock.now();
  const tell = async (cause: string, note: string) => {
    const { project, scheduled_at, vault_id } = prune;
    const text = `Pruning of vault ${prune.vault.name} (${vault_id}) in project ${project} stopped: ${note}`;
    await raise({ ledger, publisher, now_ms }, { project, subject: `${scheduled_at} prune`, cause, text });
  };
  const close = (note: string): VaultPrune => ({
    ...prune,
    state: "closed",
    note,
    unconfirmed: [...new Set([...prune.unconfirmed, prune.scheduled_at])],
  });
  if (passes(error)) {
    const put_off = prune.put_off + 1;
    if (put_off > mostPutOffs) {
      await tell("prune-given-up", error.message);
      return close(`given up after ${mostPutOffs} attempts: ${error.message}`);
    }
    const asked_ms = error instanceof ListMoved ? 0 : (error.retryAfter_ms ?? 0);
    const delay_ms = Math.max(growingDelay(prune.put_off, delays), asked_ms);
    return { ...prune, put_off, not_before_ms: now_ms + Math.min(delays.most_ms, delay_ms) };
  }
  if (error instanceof NotPruned) return close(error.message);
  if (isRefusal(error)) {
    await tell("prune-refused", error.message);
    return close(`refused: ${error.message}`);
  }
  throw error;
}

type Passing = ListMoved | ProviderError | BudgetSpent;

const passes = (error: unknown): error is Passing =>
  error instanceof ListMoved || error instanceof ProviderError || error instanceof BudgetSpent;

const isRefusal = (error: unknown): error is Error =>
  error instanceof RetentionRefusal ||
  error instanceof NoPrunePolicy ||
  error instanceof NotInEstate ||
  error instanceof IncompletePlan;
