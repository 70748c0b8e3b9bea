import type { Work } from "./work.ts";

/** What may be done about a unit of work now. */
type Step =
  /** Nothing: it is done, it is not due, or another message is meant. */
  | { readonly step: "nothing"; readonly why: string }
  /** Look whether this attempt was done already; act only if a complete look-up finds nothing. */
  | { readonly step: "look" }
  | { readonly step: "act" };

/** Decides what a message for `attempt` may do. Pure: the only place where the protocol's order is written. */
export function decide(work: Work, { attempt, now_ms }: { attempt: number; now_ms: number }): Step {
  if (work.state === "settled") return { step: "nothing", why: "it is settled" };
  if (work.state === "accepted") return { step: "nothing", why: "the provider has accepted it" };
  if (attempt !== work.attempt) {
    return {
      step: "nothing",
      why: `the message is for attempt ${attempt}, the work is at attempt ${work.attempt}`,
    };
  }
  if (now_ms < work.not_before_ms) return { step: "nothing", why: "it is not due yet" };
  if (work.state === "planned") return { step: work.look_first ? "look" : "act" };
  if (work.intent && now_ms < work.intent.lease_until_ms) {
    return { step: "nothing", why: "another invocation may still hold the lease" };
  }
  return { step: "look" };
}

/** Whether a message must be sent (again): a claim is not a send, and a message may be lost. */
export function needsSending(
  work: Work,
  { now_ms, after_ms }: { now_ms: number; after_ms: number },
): boolean {
  if (work.state !== "planned" && work.state !== "intended") return false;
  const due_ms = Math.max(work.not_before_ms, work.intent?.lease_until_ms ?? 0);
  // A message that was sent before the work became due found nothing to do: it does not count.
  const answered_ms = work.sent_at_ms < due_ms ? due_ms : work.sent_at_ms + after_ms;
  return now_ms >= answered_ms;
}
