import type { PhoneRules } from "../../estate/instances.ts";
import { cutText } from "../../ledger/ledger.ts";
import { delays, growingDelay } from "../../work/delays.ts";
import { delay, nextAttempt, putOff, settle } from "../../work/transitions.ts";
import type { BatchAnswer } from "./batch.ts";
import type { Phone } from "./phone.ts";

/** What the provider says of one instance: its state, or why it does not say. */
export type SeenState = number | { readonly code: string; readonly reason: string };

/** What may be done for a release now. */
export type PhoneVerdict =
  | { readonly do: "call"; readonly state: number }
  | { readonly do: "wait"; readonly reason: string }
  /** A job of ours for this release is recorded. */
  | { readonly do: "adopt"; readonly task_id: string; readonly job_id: string }
  /** This attempt has failed; the rule says whether there is another. */
  | { readonly do: "fail-attempt"; readonly code: string; readonly reason: string }
  | { readonly do: "end"; readonly code: string; readonly reason: string };

/** The provider's code for an instance that does not exist. */
export const unknownInstance = "KOOPHONE.API.4001";

/** Documented: an instance id has at most 32 characters. */
export const longestInstanceId = 32;

/**
 * Decides by the instance's state what may be done for a release that is due. Pure. `answer` is that of the last call,
 * if one is recorded; while the work is `intended` it is not known whether that call had an effect, and only what the
 * ledger and the provider say can tell: an idle instance without a job of ours is never taken for a success.
 */
export function judgePhone(
  phone: Phone,
  seen: SeenState | undefined,
  answer: BatchAnswer | undefined,
  now_ms: number,
): PhoneVerdict {
  const doubtful = phone.work.state === "intended";
  if (doubtful && answer) {
    const job_id = answer.jobs[phone.instance_id];
    return job_id === undefined ? noJob : { do: "adopt", task_id: answer.task_id, job_id };
  }
  if (now_ms >= phone.deadline_at_ms) return late(phone);
  if (seen === undefined) return { do: "wait", reason: "its state is not known" };
  if (typeof seen === "number") return byState(seen);
  if (!doubtful) return { do: "fail-attempt", code: seen.code, reason: seen.reason };
  return seen.code === unknownInstance ? unproven(seen.reason) : { do: "wait", reason: seen.reason };
}

/** The documented states: 0 idle, 1 restoring, 2 and 7 data loaded, 3 streaming, 4 backing up, 5 and 6 exceptions. */
function byState(state: number): PhoneVerdict {
  switch (state) {
    case 2:
    case 7:
      return { do: "call", state };
    case 0:
      return unproven("the instance is idle, and no job of ours for this release is recorded");
    case 1:
    case 3:
      return { do: "wait", reason: "its data is being loaded" };
    case 4:
      return { do: "wait", reason: "it is being backed up by a job that is not known to be ours" };
    case 5:
      return { do: "fail-attempt", code: "backup-exception", reason: "the instance is in backup exception" };
    case 6:
      return {
        do: "fail-attempt",
        code: "restoration-exception",
        reason: "the instance is in restoration exception",
      };
    default:
      return { do: "wait", reason: `its state ${state} is not documented` };
  }
}

export const noJob = {
  do: "fail-attempt",
  code: "no-job",
  reason: "the provider's answer names no job for the instance",
} as const satisfies PhoneVerdict;

const unproven = (reason: string): PhoneVerdict => ({ do: "end", code: "unproven", reason });

function late({ work, failure }: Phone): PhoneVerdict {
  if (work.state === "intended")
    return unproven("it could not be found out by the deadline whether the backup was made");
  const last = failure ? `; the last attempt: ${failure.code}: ${failure.reason}` : "";
  return { do: "end", code: "deadline", reason: `it could not be backed up by the deadline${last}` };
}

/** How a release that waits longer than its deadline ends, if its time has come. Pure. */
export function overdue(phone: Phone, now_ms: number): PhoneVerdict | undefined {
  const { state, intent } = phone.work;
  if (state !== "planned" && state !== "intended") return undefined;
  // A function that is at it, or about to look, goes first.
  const since_ms = Math.max(phone.deadline_at_ms, intent?.lease_until_ms ?? 0) + graceForHandlers_ms;
  return now_ms >= since_ms ? late(phone) : undefined;
}

const graceForHandlers_ms = 60 * 60_000;

/** What a verdict that needs no call makes of the record. Pure. */
export function applyVerdict(
  phone: Phone,
  verdict: Exclude<PhoneVerdict, { do: "call" | "adopt" }>,
  rules: Pick<PhoneRules, "attempts">,
  now_ms: number,
): Phone {
  const { work } = phone;
  switch (verdict.do) {
    case "wait": {
      const until_ms = now_ms + growingDelay(work.put_off, delays.phone);
      // While it is not known whether a call had an effect, the intent stays.
      return {
        ...phone,
        work: work.state === "intended" ? delay(work, until_ms) : putOff(work, { until_ms }),
      };
    }
    case "end": {
      const { code, reason } = verdict;
      return { ...phone, work: settle(work, { now_ms, outcome: "failed", code, reason }) };
    }
    case "fail-attempt": {
      const code = cutText(verdict.code, 100);
      const reason = cutText(verdict.reason, 1000);
      const failure = { code, reason, attempt: work.attempt };
      if (work.attempt >= rules.attempts)
        return { ...phone, failure, work: settle(work, { now_ms, outcome: "failed", code, reason }) };
      const not_before_ms = now_ms + growingDelay(work.attempt - 1, delays.attempt);
      return { ...phone, failure, work: nextAttempt(work, { not_before_ms }) };
    }
  }
}
