import * as z from "zod";
import { oddFields } from "./oddities.ts";
import type { Task, TaskOutcome } from "./world/model.ts";
import { type SeededRandom, seededRandom } from "./world/random.ts";
import type { PhoneOutcome } from "./world/services.ts";

/** How often a fault strikes: each time with a probability, or the next so many times. */
const occurrence = {
  probability: z.number().min(0).max(1).optional(),
  times: z.int().min(1).optional(),
};

/** What may go wrong with a call. `*` means every operation. */
export const callFault = z.strictObject({
  kind: z.enum(["throttle", "error", "reset", "hang", "delay", "odd"]),
  operation: z.string().default("*"),
  project: z.string().optional(),
  /** Whether the operation has taken effect by then. */
  when: z.enum(["before", "after"]).default("before"),
  /** For an error; 500 when nothing is said. */
  status: z.int().min(400).max(599).optional(),
  code: z.string().optional(),
  /** For a throttled call, in seconds. */
  retry_after_s: z.int().min(0).optional(),
  /** For a delay, in milliseconds of the world's time. */
  delay_ms: z.int().min(0).optional(),
  ...oddFields,
  ...occurrence,
});

/** How a task ends that would have succeeded; `phone` is a cloud phone's backup job. */
export const taskFault = z.strictObject({
  kind: z.literal("task"),
  task: z.enum(["backup", "restore", "delete", "sync", "phone"]).default("backup"),
  outcome: z.enum(["failed", "timeout", "hang", "partial", "slow"]),
  code: z.string().optional(),
  slowness: z.number().min(1).optional(),
  vault_id: z.string().optional(),
  resource_id: z.string().optional(),
  ...occurrence,
});

export const faultPlan = z.strictObject({
  calls: z.array(callFault).default([]),
  tasks: z.array(taskFault).default([]),
  /** What is newer than this is in no list yet, in milliseconds of the world's time. */
  listing_lag_ms: z.int().min(0).default(0),
  /** The probability that a list moves up by one before a later page is read. */
  page_drift: z.number().min(0).max(1).default(0),
});

export type CallFault = z.output<typeof callFault>;
export type TaskFault = z.output<typeof taskFault>;
export type FaultPlan = z.output<typeof faultPlan>;

export const presetNames = ["none", "some", "heavy"] as const;
export type Preset = (typeof presetNames)[number];

const mix = (lost: number, throttled: number, failed: number, listing_lag_ms: number): FaultPlan =>
  faultPlan.parse({
    calls: [
      { kind: "reset", operation: "createCheckpoint", when: "after", probability: lost },
      { kind: "throttle", probability: throttled, retry_after_s: 2 },
      { kind: "error", when: "before", probability: failed / 2 },
      { kind: "error", when: "after", probability: failed / 2 },
    ],
    listing_lag_ms,
  });

export const presets: Readonly<Record<Preset, FaultPlan>> = {
  none: faultPlan.parse({}),
  some: mix(0.1, 0.03, 0.02, 5_000),
  heavy: mix(0.3, 0.1, 0.05, 20_000),
};

/** What strikes one call. */
interface CallFaults {
  readonly delay_before_ms: number;
  readonly delay_after_ms: number;
  readonly before: CallFault | undefined;
  readonly after: CallFault | undefined;
  /** The call takes effect, and its answer is odd. */
  readonly odd: CallFault | undefined;
}

/** The faults in force. */
export interface Faults {
  readonly plan: FaultPlan;
  setPlan(plan: FaultPlan): void;
  /** Adds to the plan in force. */
  add(fault: CallFault | TaskFault): void;
  /** Draws for one call. */
  forCall(operation: string, project: string | undefined): CallFaults;
  forTask(task: Task): TaskOutcome | undefined;
  forPhone(): PhoneOutcome | undefined;
  drifts(): boolean;
}

interface Armed<Fault> {
  readonly fault: Fault;
  /** Strikes left; undefined when chance decides. */
  left: number | undefined;
}

const arm = <Fault extends CallFault | TaskFault>(fault: Fault): Armed<Fault> => ({
  fault,
  left: fault.times,
});

function strikes({ fault, left }: Armed<CallFault | TaskFault>, random: SeededRandom): boolean {
  if (left === 0) return false;
  return fault.probability === undefined || random.fraction() < fault.probability;
}

function use(armed: Armed<CallFault | TaskFault>): void {
  if (armed.left !== undefined) armed.left -= 1;
}

/** Seeded: the same calls in the same order meet the same faults. */
export function createFaults(seed: number, first: FaultPlan): Faults {
  const random = seededRandom(seed);
  let plan = first;
  let calls = first.calls.map(arm);
  let tasks = first.tasks.map(arm);

  function drawTask(fits: (fault: TaskFault) => boolean): TaskFault | undefined {
    const armed = tasks.find((one) => fits(one.fault) && strikes(one, random));
    if (armed !== undefined) use(armed);
    return armed?.fault;
  }

  return {
    get plan() {
      return plan;
    },
    setPlan(next) {
      plan = next;
      calls = next.calls.map(arm);
      tasks = next.tasks.map(arm);
    },
    add(fault) {
      if (fault.kind === "task") tasks.push(arm(fault));
      else calls.push(arm(fault));
      plan = { ...plan, calls: calls.map((one) => one.fault), tasks: tasks.map((one) => one.fault) };
    },
    forCall(operation, project) {
      const drawn = {
        delay_before_ms: 0,
        delay_after_ms: 0,
        before: undefined,
        after: undefined,
        odd: undefined,
      } satisfies CallFaults;
      const struck: { -readonly [Name in keyof CallFaults]: CallFaults[Name] } = drawn;
      for (const armed of calls) {
        const { fault } = armed;
        if (fault.operation !== "*" && fault.operation !== operation) continue;
        if (fault.project !== undefined && fault.project !== project) continue;
        const place = fault.kind === "odd" ? "odd" : fault.when;
        const taken = struck.before !== undefined || struck.after !== undefined;
        const isOver = place === "odd" ? struck.odd !== undefined : taken;
        if ((isOver && fault.kind !== "delay") || !strikes(armed, random)) continue;
        use(armed);
        if (fault.kind !== "delay") struck[place] = fault;
        else if (fault.when === "before") struck.delay_before_ms += fault.delay_ms ?? 1000;
        else struck.delay_after_ms += fault.delay_ms ?? 1000;
      }
      return struck;
    },
    forTask(task) {
      const { subject, operation_type, vault_id } = task;
      const fault = drawTask(
        (one) =>
          one.task === operation_type &&
          (one.vault_id === undefined || one.vault_id === vault_id) &&
          (one.resource_id === undefined || one.resource_id === subject.resource?.id),
      );
      if (fault === undefined) return undefined;
      if (fault.outcome === "slow") return { outcome: "success", slowness: fault.slowness ?? 4 };
      return { outcome: fault.outcome, code: fault.code, slowness: fault.slowness };
    },
    forPhone() {
      const fault = drawTask((one) => one.task === "phone");
      if (fault === undefined) return undefined;
      return fault.outcome === "hang" ? "hang" : "failed";
    },
    drifts: () => plan.page_drift > 0 && random.fraction() < plan.page_drift,
  };
}
