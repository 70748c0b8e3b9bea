import type { PhoneRules } from "../../estate/instances.ts";
import { settle } from "../../work/transitions.ts";
import type { Phone } from "./phone.ts";
import { applyVerdict } from "./verdict.ts";

/** A job as its task shows it: 1 running, 2 successful, -1 failed. Any other status is waited for like 1. */
export interface SeenJob {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** A job that runs longer, or that its task does not show, is reported as stuck. */
const jobLimit_ms = 12 * 3_600_000;
/** After its job succeeded, an instance is idle after so long at the latest. */
const idleWithin_ms = 60 * 60_000;

/** Brings a release whose call was accepted up to date with its job and the instance's state. Pure. */
export function confirmPhone(
  phone: Phone,
  { job, state }: { readonly job: SeenJob | undefined; readonly state: number | undefined },
  rules: Pick<PhoneRules, "attempts">,
  now_ms: number,
): Phone {
  const { work, call } = phone;
  if (work.state !== "accepted" || !call) return phone;
  const seen = state === undefined || state === phone.state ? phone : { ...phone, state };

  if (job?.status === -1) {
    const reason = job.message || "the provider says that the backup failed";
    return applyVerdict(seen, { do: "fail-attempt", code: job.code || "job-failed", reason }, rules, now_ms);
  }
  if (job?.status !== 2) {
    if (now_ms < (work.accepted?.at_ms ?? now_ms) + jobLimit_ms) return seen;
    const status = job ? `its status is ${job.status}` : "its task does not show it";
    const reason = `its job ${call.job_id} has not ended within ${jobLimit_ms / 3_600_000} hours: ${status}`;
    return { ...seen, work: settle(work, { now_ms, outcome: "stuck", code: "stuck", reason }) };
  }

  // Both must say so: the task that the data is safe, the state that the machine is released.
  const succeeded_at_ms = call.succeeded_at_ms ?? now_ms;
  const proven = call.succeeded_at_ms === null ? { ...seen, call: { ...call, succeeded_at_ms } } : seen;
  if (state === 0) return { ...proven, work: settle(work, { now_ms, outcome: "done" }) };
  if (now_ms < succeeded_at_ms + idleWithin_ms) return proven;
  const reason = `its job ${call.job_id} succeeded, but the instance is in state ${state ?? "unknown"} and not idle`;
  return { ...proven, work: settle(work, { now_ms, outcome: "failed", code: "not-idle", reason }) };
}
