import { findCode } from "../api/errors/codes.ts";
import { growingDelay } from "../work/lease.ts";
import { nextAttempt, settle } from "../work/transitions.ts";
import type { Outcome } from "../work/work.ts";
import { endWithout, remaining, type Slot, type Trouble } from "./slot.ts";

/** A backup task of the provider, as far as settling needs it. */
export interface SeenTask {
  readonly checkpoint_id: string;
  readonly resource_id: string;
  readonly status: string;
  readonly backup_id: string | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
}

export interface SettleLimits {
  /** A task that runs longer is reported as stuck. */
  readonly task_limit_ms: number;
  /** A resource whose task has not shown up in a list for so long is taken to have none. */
  readonly missing_after_ms: number;
}

export const settleLimits: SettleLimits = { task_limit_ms: 12 * 3_600_000, missing_after_ms: 10 * 60_000 };

const attemptDelays = { first_ms: 5 * 60_000, most_ms: 60 * 60_000 };

/** Brings a slot up to date with its tasks. Pure; returns the same slot when nothing is to be changed. */
export function settleSlot(
  slot: Slot,
  tasks: readonly SeenTask[],
  now_ms: number,
  limits = settleLimits,
): Slot {
  const attempt = slot.attempts.at(-1);
  if (slot.work.state !== "accepted" || !attempt) return slot;

  const byResource = new Map(tasks.map((task) => [task.resource_id, task]));
  const covered = { ...slot.covered };
  const trouble = { ...slot.trouble };
  const running: string[] = [];
  for (const resource_id of attempt.resources) {
    const task = byResource.get(resource_id);
    const state = judge(task, now_ms - attempt.at_ms > limits.missing_after_ms);
    if (state === "running") running.push(resource_id);
    else if ("backup_id" in state) {
      covered[resource_id] = state.backup_id;
      delete trouble[resource_id];
    } else trouble[resource_id] = { ...state, attempt: attempt.attempt };
  }

  const updated: Slot = { ...slot, covered, trouble };
  if (running.length === 0) return conclude(updated, now_ms);
  if (now_ms - attempt.at_ms <= limits.task_limit_ms) return changed(slot, updated) ? updated : slot;
  const reason = `${running.length} tasks have been running for more than ${limits.task_limit_ms / 3_600_000} hours`;
  return { ...updated, work: settle(slot.work, { now_ms, outcome: "stuck", code: "stuck", reason }) };
}

type Judgement = "running" | { readonly backup_id: string } | Omit<Trouble, "attempt">;

function judge(task: SeenTask | undefined, overdue: boolean): Judgement {
  if (!task) {
    return overdue
      ? { code: "no-task", reason: "the provider started no task for it", final: false }
      : "running";
  }
  if (task.status === "running" || task.status === "waiting") return "running";
  if (task.status === "success" && task.backup_id) return { backup_id: task.backup_id };
  const code = task.code || task.status;
  const reason = task.message || `the task ended as ${task.status}`;
  return { code, reason, final: isFinal(code) };
}

/** Whether the provider's documents say that trying again cannot help. Codes they do not know are tried again. */
export function isFinal(code: string): boolean {
  return findCode("cbr", code)?.next === "give-up";
}

function conclude(slot: Slot, now_ms: number): Slot {
  const left = remaining(slot);
  const troubles = slot.resources.flatMap((id) => slot.trouble[id] ?? []);
  const end = (outcome: Outcome, reason: string | null) => ({
    ...slot,
    work: settle(slot.work, { now_ms, outcome, code: troubles[0]?.code ?? null, reason }),
  });

  if (left.length === 0) {
    if (troubles.length === 0) return end("done", null);
    return end(endWithout(slot, "failed"), `${troubles.length} resources cannot be backed up`);
  }
  const not_before_ms = now_ms + growingDelay(slot.work.attempt - 1, attemptDelays);
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
    JSON.stringify(before.trouble) !== JSON.stringify(after.trouble)
  );
}
