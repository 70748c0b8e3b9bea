import { approve as writeApproval } from "../../../shared/control/approval.ts";
import { readStopHistory } from "../../../shared/control/stop.ts";
import { projectOf } from "../../../shared/estate/find.ts";
import { driftOfHash } from "../../../shared/policies/drift.ts";
import { sendAgain } from "../../../shared/prune/begin.ts";
import { groundsOf } from "../../../shared/prune/grounds.ts";
import { planOfHash } from "../../../shared/prune/plan.ts";
import { vaultPruneRecord } from "../../../shared/prune/vault-record.ts";
import { CommandFailure } from "../fail.ts";
import type { Place } from "../place/place.ts";

/** Lets one plan be carried out that waits for it: the plan of this hash, and no other. */
export async function approve({ ledger, clock, queue, estate }: Place, hash: string): Promise<string[]> {
  const plan = await planOfHash(ledger, hash);
  const drift = plan ? undefined : await driftOfHash(ledger, hash);
  if (drift) {
    await writeApproval(ledger, { hash, approved_at_ms: clock.now() });
    return [
      `Approved: policy ${drift.policy} of project ${drift.project} is set to what the estate says.`,
      ...drift.pending.map(({ field, wanted, actual }) => `  ${field}: ${actual} → ${wanted}`),
      "enforce-policies does it when it runs next, unless the policy has changed once more by then.",
    ];
  }
  if (!plan) {
    throw new CommandFailure(
      `no plan has the hash ${hash}; the alert that asked for the approval names it in full`,
    );
  }
  const { vault_id, vault_name, deletes, listed, scheduled_at } = plan;
  const name = `the plan of ${scheduled_at} for vault ${vault_name} (${vault_id})`;
  const prune = (await vaultPruneRecord.read(ledger, plan))?.value;
  if (prune?.plan?.hash !== hash || prune.state !== "waiting") {
    const state =
      prune?.plan?.hash === hash ? `is ${prune.state}: ${prune.note}` : "is not in force any more";
    throw new CommandFailure(`${name} does not wait for an approval; it ${state}`);
  }
  const { resumes } = await readStopHistory(ledger);
  if (groundsOf(projectOf(estate, prune.project), prune, resumes).hash !== prune.plan.grounds) {
    await sendAgain(await queue("prune"), [prune]);
    throw new CommandFailure(
      `${name} was made under other rules, or before a resume, and is not carried out any more; another is being made, and asks for an approval if it needs one`,
    );
  }
  await writeApproval(ledger, { hash, approved_at_ms: clock.now() });
  await sendAgain(await queue("prune"), [prune]);
  return [
    `Approved: ${name} deletes ${deletes} of ${listed} backups.`,
    "Each is looked at once more before it goes; what has changed since is left alone.",
  ];
}
