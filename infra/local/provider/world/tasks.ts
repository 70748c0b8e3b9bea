import {
  cbr,
  type ObjectType,
  type Task,
  type TaskOutcome,
  type TaskStatus,
  type TaskSubject,
  type TaskType,
  type Vault,
} from "./model.ts";
import type { Span } from "./settings.ts";
import type { World } from "./world.ts";

interface NewTask {
  readonly operation_type: TaskType;
  readonly project_id: string;
  readonly object_type: ObjectType;
  readonly vault: Vault | undefined;
  readonly checkpoint_id?: string | undefined;
  readonly policy_id?: string | undefined;
  readonly subject: TaskSubject;
  readonly span: Span;
  /** Decided beforehand; otherwise the world's fault rules decide, and without one it succeeds. */
  readonly outcome?: TaskOutcome | undefined;
  readonly onStart?: (() => void) | undefined;
  readonly onEnd: (outcome: TaskOutcome) => void;
}

const defaultCodes = { failed: "BackupService.9910", timeout: "BackupService.4004" } as const;

/** Starts a task that waits, runs and ends in the world's own time. */
export function startTask(world: World, wanted: NewTask): Task {
  const task = createTask(world, wanted);
  const outcome = wanted.outcome ?? world.outcomeOf(task) ?? { outcome: "success" };
  const starts = world.now + duration(world, world.settings.wait_ms);
  task.due = endOf(world, starts, wanted.span, outcome);
  wanted.vault?.running.add(task);
  world.tasks.add(task);
  world.agenda.at(starts, () => {
    task.status = "running";
    task.started = task.updated = world.stamp();
    wanted.onStart?.();
  });
  if (task.due === undefined) return task;
  world.agenda.at(task.due, () => {
    wanted.vault?.running.delete(task);
    finish(world, task, outcome);
    wanted.onEnd(outcome);
  });
  return task;
}

function createTask(world: World, wanted: NewTask): Task {
  const created = world.stamp();
  return {
    id: world.random.id(),
    project_id: wanted.project_id,
    operation_type: wanted.operation_type,
    object_type: wanted.object_type,
    checkpoint_id: wanted.checkpoint_id ?? null,
    vault_id: wanted.vault?.id ?? null,
    vault_name: wanted.vault?.name ?? null,
    policy_id: wanted.policy_id ?? null,
    created,
    request_id: `req-${world.random.id()}`,
    subject: wanted.subject,
    status: "waiting",
    started: undefined,
    updated: created,
    ended: undefined,
    due: undefined,
    error_code: "",
  };
}

/** Notes something that never began, for example a policy's backup of a frozen vault. */
export function recordSkippedTask(world: World, wanted: Omit<NewTask, "span" | "onEnd">, code: string): void {
  const task = createTask(world, { ...wanted, span: [0, 0], onEnd: () => {} });
  task.status = "skipped";
  task.ended = task.updated;
  task.error_code = code;
  world.tasks.add(task);
  forgetLater(world, task);
}

function endOf(world: World, starts: number, span: Span, outcome: TaskOutcome): number | undefined {
  if (outcome.outcome === "hang") return undefined;
  if (outcome.outcome === "timeout") return starts + world.settings.task_timeout_ms;
  return starts + duration(world, span) * (outcome.slowness ?? 1);
}

function finish(world: World, task: Task, outcome: TaskOutcome): void {
  task.status = statusOf(outcome);
  task.ended = task.updated = world.stamp();
  if (outcome.outcome === "failed" || outcome.outcome === "timeout") {
    task.error_code = outcome.code ?? defaultCodes[outcome.outcome];
  }
  forgetLater(world, task);
}

function statusOf(outcome: TaskOutcome): TaskStatus {
  if (outcome.outcome === "failed" || outcome.outcome === "timeout") return outcome.outcome;
  return "success";
}

function forgetLater(world: World, task: Task): void {
  world.agenda.at(world.now + world.settings.task_memory_ms, () => world.tasks.delete(task.id));
}

export function duration(world: World, [low, high]: Span): number {
  return world.random.between(low, high);
}

/** Percent done: from its start to its end; a hanging task stops at half. */
export function progressOf(world: World, task: Task): number {
  if (task.ended !== undefined) return 100;
  if (task.started === undefined) return 0;
  if (task.due === undefined) return 50;
  return Math.min(99, Math.floor((100 * (world.now - task.started)) / (task.due - task.started)));
}

export function findTask(world: World, project_id: string, id: string): Task {
  const task = world.tasks.get(id);
  if (task === undefined || task.project_id !== project_id) throw cbr("6500", id);
  return task;
}

/** Whether a task of this kind is under way in the vault, for the resource if one is named. */
export function isRunning(vault: Vault, type: TaskType, resource_id?: string): boolean {
  for (const task of vault.running) {
    if (task.operation_type !== type) continue;
    if (resource_id === undefined || task.subject.resource?.id === resource_id) return true;
  }
  return false;
}
