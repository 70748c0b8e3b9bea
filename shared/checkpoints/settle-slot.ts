import { findCode } from "../api/errors/codes.ts";
import { delays, growingDelay } from "../work/delays.ts";
import { nextAttempt, settle } from "../work/transitions.ts";
import type { Outcome } from "../work/work.ts";
import {
  boundedFailure,
  endWithout,
  type ResourceFailure,
  remaining,
  type Slot,
  unknownStatus,
} from "./slot.ts";

/** A backup task of the provider, as far as settling needs it. */
export interface SeenTask {
  readonly checkpoint_id: string;
  readonly resource_id: string;
  readonly status: string;
  readonly backup_id: string | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** What one reading of the task list showed of an attempt. */
interface AttemptTasks {
  readonly tasks: readonly SeenTask[];
  /** False when the list moved while it was read: a task that is not in it may exist all the same. */
  readonly complete: boolean;
}

/** A task that has not ended for so long is reported as stuck. */
const taskLimit_ms = 12 * 3_600_000;
/** A resource whose task a complete list does not show after so long is taken to have none. */
const missingAfter_ms = 10 * 60_000;
/** The same, reported as stuck, if for so long no list that lacks the task was complete. */
const unseenLimit_ms = 48 * 3_600_000;

/** Brings a slot up to date with its tasks. Pure; returns the same slot when nothing is to be changed. */
export function settleSlot(slot: Slot, { tasks, complete }: AttemptTasks, now_ms: number): Slot {
  const attempt = slot.attempts.at(-1);
  if (slot.work.state !== "accepted" || !attempt) return slot;

  const age_ms = now_ms - attempt.at_ms;
  const byResource = new Map(tasks.map((task) => [task.resource_id, task]));
  const covered = { ...slot.covered };
  const failure = { ...slot.failure };
  const pending: string[] = [];
  for (const resource_id of attempt.resources) {
    const task = byResource.get(resource_id);
    // What was seen to be covered stays so when its task is in no list any more.
    if (!task && covered[resource_id] !== undefined) continue;
    const end = readTask(task, complete && age_ms > missingAfter_ms);
    if (end.is === "covered") {
      covered[resource_id] = end.backup_id;
      delete failure[resource_id];
      continue;
    }
    if (end.is === "pending") pending.push(resource_id);
    if (end.failure) failure[resource_id] = boundedFailure({ ...end.failure, attempt: attempt.attempt });
    else if (failure[resource_id]?.code === unknownStatus) delete failure[resource_id];
  }

  const updated: Slot = { ...slot, covered, failure };
  if (pending.length === 0) return endSlot(updated, now_ms);
  // What a list that moved lacks may have ended long ago: the next one is waited for.
  const allSeen = complete || pending.every((id) => byResource.has(id));
  const limit_ms = allSeen ? taskLimit_ms : unseenLimit_ms;
  if (age_ms <= limit_ms) return changed(slot, updated) ? updated : slot;
  const reason = `${pending.length} tasks have not been seen to end for more than ${limit_ms / 3_600_000} hours`;
  return { ...updated, work: settle(slot.work, { now_ms, outcome: "stuck", code: "stuck", reason }) };
}

type Failure = Omit<ResourceFailure, "attempt">;

type Judgement =
  | { readonly is: "covered"; readonly backup_id: string }
  /** It may be running still. `failure` says why that is not certain. */
  | { readonly is: "pending"; readonly failure?: Failure }
  | { readonly is: "ended"; readonly failure: Failure };

function readTask(task: SeenTask | undefined, overdue: boolean): Judgement {
  if (!task) {
    const reason = "the provider started no task for it";
    return overdue ? { is: "ended", failure: { code: "no-task", reason, final: false } } : { is: "pending" };
  }
  switch (task.status) {
    case "waiting":
    case "running":
      return { is: "pending" };
    case "success":
      if (task.backup_id) return { is: "covered", backup_id: task.backup_id };
      return undecided("its task has succeeded, and the list does not name the backup");
    case "failed":
    case "timeout":
    case "skipped": {
      const code = task.code || task.status;
      const reason = task.message || `the task ended as ${task.status}`;
      return { is: "ended", failure: { code, reason, final: isFinal(code) } };
    }
    default:
      // Taken for an end, it would get a second attempt beside the first.
      return undecided(`the status ${JSON.stringify(task.status)} of its task is not documented`);
  }
}

const undecided = (reason: string): Judgement => ({
  is: "pending",
  failure: { code: unknownStatus, reason, final: false },
});

/** Whether the provider's documents say that trying again cannot help. Codes they do not know are tried again. */
export function isFinal(code: string): boolean {
  return findCode("cbr", code)?.next === "give-up";
}

function endSlot(slot: Slot, now_ms: number): Slot {
  const left = remaining(slot);
  const failures = slot.resources.flatMap((id) => slot.failure[id] ?? []);
  const end = (outcome: Outcome, reason: string | null) => ({
    ...slot,
    work: settle(slot.work, { now_ms, outcome, code: failures[0]?.code ?? null, reason }),
  });

  if (left.length === 0) {
    if (failures.length === 0) return end("done", null);
    return end(endWithout(slot, "failed"), `${failures.length} resources cannot be backed up`);
  }
  const not_before_ms = now_ms + growingDelay(slot.work.attempt - 1, delays.attempt);
  if (not_before_ms < slot.deadline_at_ms)
    return { ...slot, work: nextAttempt(slot.work, { not_before_ms }) };
  return end(
    endWithout(slot, "given-up"),
    `${left.length} resources have no good backup and the deadline leaves no time for attempt ${slot.work.attempt + 1}`,
  );
}

function changed(before: Slot, after: Slot): boolean {
  return (
    Object.keys(before.covered).length !== Object.keys(after.covered).length ||
    JSON.stringify(before.failure) !== JSON.stringify(after.failure)
  );
}
