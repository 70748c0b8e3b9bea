import { nextAttempt, putOff } from "../work/transitions.ts";
import { isOpen } from "../work/work.ts";
import type { Slot } from "./slot.ts";

/** A slot that may be tried again, or why not. */
type Rerun = { readonly slot: Slot } | { readonly refusal: string };

/**
 * Gives a slot that has failed another chance, on a person's word that the cause is fixed. Exactly once still holds: an
 * attempt whose fate is not known is looked for before it is posted again. Pure.
 */
export function rerunSlot(
  slot: Slot,
  { now_ms, deadline_ms }: { now_ms: number; deadline_ms: number },
): Rerun {
  const { work } = slot;
  if (isOpen(work)) return { slot: { ...slot, work: { ...work, sent_at_ms: now_ms } } };
  const { outcome = "done", reason = null } = work.settled ?? {};
  if (outcome === "done") return { refusal: "it has its checkpoint; nothing is left to do" };
  if (outcome === "skipped") {
    return { refusal: `it was skipped (${reason}); once that is fixed the next night takes it` };
  }
  if (outcome === "stuck") {
    return {
      refusal: `tasks of it are still running at the provider (${reason}); wait until they have ended`,
    };
  }
  const again = work.accepted
    ? nextAttempt(work, { not_before_ms: now_ms })
    : putOff(work, { until_ms: Math.max(now_ms, work.intent?.lease_until_ms ?? 0), look_first: true });
  return {
    slot: {
      ...slot,
      deadline_at_ms: now_ms + deadline_ms,
      // What was final was final for a cause that is fixed now.
      failure: {},
      work: { ...again, settled: null, put_off: 0, sent_at_ms: now_ms },
    },
  };
}
