import { writeStop } from "../../../shared/control/stop.ts";
import { sendAgain, unfinished } from "../../../shared/prune/begin.ts";
import type { Place } from "../place/place.ts";

/** Nothing irreversible is begun any more: the flag is read before every delete and every phone call. */
export async function stop({ ledger, clock }: Place, reason: string): Promise<string[]> {
  const before = await writeStop(ledger, { stopped: true, reason, changed_at_ms: clock.now() });
  return [
    before?.stopped ? `It was stopped already (${before.reason}); the reason is now: ${reason}.` : "Stopped.",
    "No further backup is deleted and no phone is backed up until: npm run operate -- resume. Checkpoints go on.",
  ];
}

/** Takes the stop flag off. What was planned before is decided anew: the estate, or the vaults, may have changed since. */
export async function resume({ ledger, clock, estate, queue }: Place): Promise<string[]> {
  const before = await writeStop(ledger, { stopped: false, reason: "", changed_at_ms: clock.now() });
  if (!before?.stopped) return ["It was not stopped; nothing has changed."];
  const vaults = (await Promise.all(estate.projects.map(({ name }) => unfinished(ledger, name)))).flat();
  if (vaults.length > 0) await sendAgain(await queue("prune"), vaults);
  return [
    "Resumed.",
    vaults.length > 0
      ? `Pruning goes on in ${vaults.length} vaults, with new plans: those that were in hand are not carried out, and approvals of them are void.`
      : "No pruning was stopped in the middle.",
  ];
}
