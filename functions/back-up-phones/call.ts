import { readStop } from "../../shared/control/stop.ts";
import { inParallel } from "../../shared/core/parallel.ts";
import { type Batch, type BatchAnswer, batchRecord } from "../../shared/instances/phones/batch.ts";
import { lockInstance } from "../../shared/instances/phones/lock.ts";
import { type Phone, phoneRecord } from "../../shared/instances/phones/phone.ts";
import { isAboutInstances } from "../../shared/instances/phones/states.ts";
import { applyVerdict, noJob } from "../../shared/instances/phones/verdict.ts";
import { itemsAtOnce } from "../../shared/ledger/ledger.ts";
import type { Stored } from "../../shared/ledger/record.ts";
import { resultOfError } from "../../shared/work/failure.ts";
import { callMatters_ms, lease_ms } from "../../shared/work/lease.ts";
import { applyResult, type Result } from "../../shared/work/result.ts";
import { claim } from "../../shared/work/transitions.ts";
import type { InProject } from "./definition.ts";

/** A release that is to be called for, and the state its instance was seen in. */
export interface Going {
  readonly seen: Stored<Phone>;
  readonly state: number;
}

/** A release whose intent is written. */
interface Claimed {
  readonly claimed: Stored<Phone>;
  readonly until_ms: number;
  readonly state: number;
}

/**
 * Makes one call for up to 100 releases: locks their instances, writes batch and intents, and only then calls. A
 * refusal because of one of them is narrowed down by calls for each half, with intents of their own. Returns for how
 * many a call was made.
 */
export async function callTogether(going: readonly Going[], deps: InProject): Promise<number> {
  const { ledger, clock, random, lease, project } = deps;
  const batch: Batch = {
    project: project.name,
    batch_id: random.id(),
    request_id: random.id(),
    at_ms: clock.now(),
    instance_ids: going.map(({ seen }) => seen.value.instance_id),
    answer: null,
  };
  const begun = await batchRecord.create(ledger, batch);
  // Its id was drawn for it: the write is ours, and its answer was lost. settle-phones sends the releases again.
  if (begun === "conflict") return 0;
  const claims = await inParallel(going, itemsAtOnce, (one) => intend(one, batch, deps));
  const claimed = claims.filter((one) => one !== undefined);
  if (claimed.length === 0) return 0;

  if (await readStop(ledger)) {
    const stopped: Result<Phone> = { result: "no-effect", reason: "the stop flag is set" };
    await concludeAll(claimed, () => stopped, deps);
    return 0;
  }
  // All this may have taken long: no call starts whose effect could show only after a lease.
  const left_ms = Math.min(...claimed.map(({ until_ms }) => until_ms)) - clock.now();
  if (left_ms < callMatters_ms(lease)) return 0;

  const result = await call(claimed, batch, deps);
  if ("answer" in result) {
    await recordAnswer(begun, result.answer, deps);
    await concludeAll(claimed, (phone) => resultFor(phone, result.answer), deps);
    return claimed.length;
  }
  const narrows = claimed.length > 1 && (result.result === "busy" || result.result === "refused");
  if (!narrows) {
    await concludeAll(claimed, () => result, deps);
    return claimed.length;
  }
  const half = Math.ceil(claimed.length / 2);
  const again = claimed.map(({ claimed: seen, state }) => ({ seen, state }));
  const first = await callTogether(again.slice(0, half), deps);
  return first + (await callTogether(again.slice(half), deps));
}

/** Takes the instance, then writes the intent; undefined when another release has it or somebody else was faster. */
async function intend(
  { seen, state }: Going,
  batch: Batch,
  { ledger, clock, lease, invocation, project }: InProject,
): Promise<Claimed | undefined> {
  const terms = { now_ms: clock.now(), lease_ms: lease_ms(lease) };
  const lock = await lockInstance(ledger, seen.value, terms);
  if (lock === "held") {
    const reason = "another release of the same instance is under way";
    const waiting = applyVerdict(seen.value, { do: "wait", reason }, project.instances.phones, clock.now());
    await phoneRecord.replace(ledger, seen, waiting);
    return undefined;
  }
  const work = claim(seen.value.work, { by: invocation, ...terms });
  const { batch_id, request_id } = batch;
  const value: Phone = {
    ...seen.value,
    state,
    work,
    call: {
      batch_id,
      request_id,
      at_ms: terms.now_ms,
      state,
      task_id: null,
      job_id: null,
      succeeded_at_ms: null,
    },
  };
  const claimed = await phoneRecord.replace(ledger, seen, value);
  return claimed === "conflict" ? undefined : { claimed, until_ms: lock.until_ms, state };
}

type Called = { readonly answer: BatchAnswer } | ReturnType<typeof resultOfError>;

async function call(
  claimed: readonly Claimed[],
  { request_id }: Batch,
  { provider, lease }: InProject,
): Promise<Called> {
  try {
    const { data } = await provider.backupInstances(
      {
        headers: { "x-request-id": request_id },
        body: { instance_ids: claimed.map((one) => one.claimed.value.instance_id) },
      },
      // Sent once: the stop flag was read for this call, and is read again before another.
      { deadline_ms: lease.deadline_ms, attempts: 1 },
    );
    const jobs = Object.fromEntries(data.cmd_jobs.map(({ instance_id, job_id }) => [instance_id, job_id]));
    return { answer: { task_id: data.task_id, jobs } };
  } catch (error) {
    const result = resultOfError(error);
    // What is wrong with the whole request is fixed by people; it must not end a hundred releases.
    if (result.result === "refused" && !isAboutInstances(result.code))
      return { result: "no-effect", reason: result.reason };
    return result;
  }
}

/** The answer in one write, before the releases have theirs: should we die now, they find their jobs here. */
async function recordAnswer(seen: Stored<Batch>, answer: BatchAnswer, { ledger }: InProject): Promise<void> {
  const written = await batchRecord.replace(ledger, seen, { ...seen.value, answer });
  if (written === "conflict")
    throw new Error(`batch ${seen.value.batch_id} was changed by another invocation`);
}

/** A release's own part of the answer; undefined when the provider took no job for it. */
function resultFor(phone: Phone, { task_id, jobs }: BatchAnswer): Result<Phone> | undefined {
  const job_id = jobs[phone.instance_id];
  if (job_id === undefined || !phone.call) return undefined;
  const value = { ...phone, call: { ...phone.call, task_id, job_id } };
  return { result: "accepted", id: job_id, value, adopted: false };
}

async function concludeAll(
  claimed: readonly Claimed[],
  resultOf: (phone: Phone) => Result<Phone> | undefined,
  { ledger, clock, project }: InProject,
): Promise<void> {
  await inParallel(claimed, itemsAtOnce, async ({ claimed: seen }) => {
    const result = resultOf(seen.value);
    const value = result
      ? applyResult(seen.value, result, clock.now()).value
      : applyVerdict(seen.value, noJob, project.instances.phones, clock.now());
    // Lost to somebody who has looked after the lease: what that one found stands.
    await phoneRecord.replace(ledger, seen, value);
  });
}
