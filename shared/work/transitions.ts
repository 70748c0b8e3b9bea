import { cutText } from "../ledger/ledger.ts";
import type { Settlement, Work } from "./work.ts";

/** Codes and reasons are the provider's own words, of any length; a record keeps so many bytes of them. */
const code_bytes = 100;
const reason_bytes = 1000;

/**
 * New work, due at once whatever the clock of the function that gets its message says. `look_first` when it is claimed
 * late: after a catch-up, a redrive, or with a new ledger.
 */
export function plan(now_ms: number, { look_first = false } = {}): Work {
  return {
    state: "planned",
    attempt: 1,
    not_before_ms: 0,
    sent_at_ms: now_ms,
    put_off: 0,
    look_first,
    intent: null,
    accepted: null,
    settled: null,
  };
}

/**
 * Somebody is about to act. The lease must outlast whatever the call can still cause. Whoever claims has looked if he
 * had to: a call without effect needs no second look.
 */
export function claim(work: Work, claim: { by: string; now_ms: number; lease_ms: number }): Work {
  const intent = { at_ms: claim.now_ms, lease_until_ms: claim.now_ms + claim.lease_ms, by: claim.by };
  return { ...work, state: "intended", look_first: false, intent };
}

/** The provider said yes, or a look-up found what an earlier call had done. */
export function accept(
  work: Work,
  { id, now_ms, adopted }: { id: string; now_ms: number; adopted: boolean },
): Work {
  return { ...work, state: "accepted", accepted: { at_ms: now_ms, id, adopted } };
}

/** The call had no effect, or somebody else is busy with the same thing: the same attempt, later. */
export function putOff(
  work: Work,
  { until_ms, look_first = work.look_first }: { until_ms: number; look_first?: boolean },
): Work {
  return {
    ...work,
    state: "planned",
    intent: null,
    not_before_ms: until_ms,
    put_off: work.put_off + 1,
    look_first,
  };
}

/** The same, later: what it is waiting for could not be found out. */
export function delay(work: Work, until_ms: number): Work {
  return { ...work, not_before_ms: until_ms, put_off: work.put_off + 1 };
}

/** We cannot know whether the call had an effect: nobody acts again before a complete look-up, after the lease. */
export function markAmbiguous(work: Work): Work {
  return { ...work, not_before_ms: work.intent?.lease_until_ms ?? work.not_before_ms };
}

/** The current attempt has ended and another is worth it. */
export function nextAttempt(work: Work, { not_before_ms }: { not_before_ms: number }): Work {
  return {
    ...work,
    state: "planned",
    attempt: work.attempt + 1,
    not_before_ms,
    sent_at_ms: 0,
    put_off: 0,
    look_first: false,
    intent: null,
    accepted: null,
  };
}

/** It had ended, and something has changed since: it begins again, with the next attempt. */
export const reopen = (work: Work, now_ms: number): Work => ({
  ...nextAttempt(work, { not_before_ms: now_ms }),
  sent_at_ms: now_ms,
  settled: null,
});

/** A message for the current attempt is sent (again). */
export const sent = (work: Work, now_ms: number): Work => ({ ...work, sent_at_ms: now_ms });

/** It has ended, one way or another. */
export function settle(
  work: Work,
  {
    now_ms,
    outcome,
    code = null,
    reason = null,
  }: { now_ms: number; outcome: Settlement["outcome"]; code?: string | null; reason?: string | null },
): Work {
  const settled = {
    at_ms: now_ms,
    outcome,
    code: code && cutText(code, code_bytes),
    reason: reason && cutText(reason, reason_bytes),
  };
  return { ...work, state: "settled", settled };
}
