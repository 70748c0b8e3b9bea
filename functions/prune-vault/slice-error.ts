import { NotInEstate } from "../../shared/estate/find.ts";
import { NotPruned } from "../../shared/prune/grounds.ts";
import { IncompletePlan } from "../../shared/prune/plan.ts";
import { NoPrunePolicy } from "../../shared/prune/policy.ts";
import type { VaultPrune } from "../../shared/prune/vault-record.ts";
import { RetentionRefusal } from "../../shared/retention/refusal.ts";
import { raise } from "../../shared/work/alert.ts";
import { delayAgain_ms, delays } from "../../shared/work/delays.ts";
import { findFailure } from "../../shared/work/failure.ts";
import type { InProject } from "./definition.ts";

/** Half a day of trying; the next run begins anew. */
const mostPutOffs = 48;

/**
 * What becomes of a vault whose slice went wrong: what will pass is put off, what will not ends the run and people are
 * told. Anything else goes on its way: the message comes again when the lease has run out.
 */
export async function sliceError(
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
  const failure = findFailure(error);
  if (failure) {
    const put_off = prune.put_off + 1;
    if (put_off > mostPutOffs) {
      await tell("prune-given-up", failure.reason);
      return close(`given up after ${mostPutOffs} attempts: ${failure.reason}`);
    }
    const delay_ms = delayAgain_ms(prune.put_off, failure.retry_after_ms);
    // The next slice's message is held back for no longer.
    return { ...prune, put_off, not_before_ms: now_ms + Math.min(delays.again.most_ms, delay_ms) };
  }
  if (error instanceof NotPruned) return close(error.message);
  if (isRefusal(error)) {
    await tell("prune-refused", error.message);
    return close(`refused: ${error.message}`);
  }
  throw error;
}

const isRefusal = (error: unknown): error is Error =>
  error instanceof RetentionRefusal ||
  error instanceof NoPrunePolicy ||
  error instanceof NotInEstate ||
  error instanceof IncompletePlan;
