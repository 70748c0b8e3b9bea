import type {
  ConsoleState,
  ProviderState,
  QueueState,
  ScheduleState,
} from "../../../shared/pages/console/state.ts";
import type { Engine } from "../engine.ts";
import type { CallFault, TaskFault } from "../provider/faults.ts";
import type { Cloud } from "../provider/service.ts";
import type { Backup, Task } from "../provider/world/model.ts";
import { progressOf } from "../provider/world/tasks.ts";
import type { World } from "../provider/world/world.ts";
import { queueArn } from "../template/identities.ts";
import type { History } from "./history.ts";

interface Sources {
  readonly engine: Engine;
  readonly cloud: Cloud;
  readonly history: History;
  readonly speed: number;
  readonly timezone: string;
}

/** Newest backups and tasks that are shown. */
const shown = 200;

/** Everything the console shows beside the coverage, as it is now. */
export async function consoleState({
  engine,
  cloud,
  history,
  speed,
  timezone,
}: Sources): Promise<ConsoleState> {
  return {
    now_ms: engine.clock.now(),
    speed,
    timezone,
    functions: engine.model.all("AWS::Lambda::Function").map(({ name }) => history.functionState(name)),
    schedules: schedulesOf(engine, history),
    queues: await queuesOf(engine),
    provider: providerState(cloud),
  };
}

function schedulesOf(engine: Engine, history: History): ScheduleState[] {
  return engine.model.all("AWS::Scheduler::Schedule").map(({ name, properties }) => {
    const next_ms = engine.nextFiring(name);
    const last_ms = history.lastFired(name);
    return {
      name,
      description: properties.Description ?? "",
      expression: properties.ScheduleExpression,
      timezone: properties.ScheduleExpressionTimezone,
      ...(next_ms === undefined ? {} : { next_ms }),
      ...(last_ms === undefined ? {} : { last_ms }),
    };
  });
}

async function queuesOf(engine: Engine): Promise<QueueState[]> {
  const depths = await engine.queueDepths();
  const queues = engine.model.all("AWS::SQS::Queue");
  const namesByArn = new Map(queues.map(({ name }) => [queueArn(name), name]));
  const empty = { waiting: 0, delayed: 0, in_flight: 0 };
  return queues.map(({ name, properties }) => {
    const dead = namesByArn.get(properties.RedrivePolicy?.deadLetterTargetArn ?? "");
    const letters = dead === undefined ? undefined : (depths.get(dead) ?? empty);
    return {
      name,
      ...(depths.get(name) ?? empty),
      ...(letters && { dead: letters.waiting + letters.delayed + letters.in_flight }),
    };
  });
}

function providerState({ world, faults, calls, clock }: Cloud): ProviderState {
  world.advance(clock.now());
  const { plan } = faults;
  return {
    vaults: world.vaults.all().map((vault) => ({
      id: vault.id,
      name: vault.name,
      object_type: vault.object_type,
      status: vault.status,
      size_gb: vault.size_gb,
      used_mb: Math.round(vault.used_mb),
      resources: vault.resources.size,
      running: vault.running.size,
      backups: world.backupsOfVault.get(vault.id)?.size ?? 0,
    })),
    backups: world.backups.slice(0, shown).map(backupRow),
    tasks: world.tasks.slice(0, shown).map((task) => taskRow(world, task)),
    counts: { vaults: world.vaults.size, backups: world.backups.size, tasks: world.tasks.size },
    faults: [
      ...plan.calls.map(callWords),
      ...plan.tasks.map(taskWords),
      ...(plan.listing_lag_ms > 0 ? [`lists lag ${plan.listing_lag_ms / 1000} s behind`] : []),
      ...(plan.page_drift > 0 ? [`lists move between pages (${plan.page_drift})`] : []),
    ],
    calls: calls.counts(),
  };
}

function backupRow({ id, name, resource_name, status, created, size_mb, auto_trigger }: Backup) {
  return { id, name, resource_name, status, created_ms: created, size_mb: Math.round(size_mb), auto_trigger };
}

function taskRow(world: World, task: Task) {
  return {
    id: task.id,
    type: task.operation_type,
    status: task.status,
    vault_name: task.vault_name ?? "",
    resource_name: task.subject.resource?.name ?? "",
    created_ms: task.created,
    progress: progressOf(world, task),
    code: task.error_code,
  };
}

function occurrence({ probability, times }: CallFault | TaskFault): string {
  if (times !== undefined) return `the next ${times}`;
  return probability === undefined ? "always" : `${Math.round(probability * 100)}%`;
}

const callWords = (fault: CallFault) =>
  `${fault.kind} ${fault.when} the effect of ${fault.operation === "*" ? "every call" : fault.operation} (${occurrence(fault)})`;

const taskWords = (fault: TaskFault) =>
  `${fault.task} tasks: ${fault.outcome}${fault.code ? ` with ${fault.code}` : ""} (${occurrence(fault)})`;
