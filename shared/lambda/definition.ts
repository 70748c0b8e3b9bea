import type * as z from "zod";
import type { EventDefinition } from "../../events/define.ts";
import type { AnyOperation } from "../api/operation.ts";
import type { Estate } from "../estate/estate.ts";
import type { Role } from "../estate/secrets.ts";
import type { BudgetShare } from "../rate/limited.ts";
import type { MetricName } from "./measures.ts";

/** Any event of events/. */
export type AnyEvent = EventDefinition<string, z.ZodType>;

/** What a function does with the ledger: `list` reads a partition, `find` reads by subject in the index. */
export type LedgerUse = "read" | "write" | "list" | "find" | "remove";

export type Operations = Readonly<Record<string, AnyOperation>>;

/** How a function speaks with the provider. */
export interface ProviderUse {
  /** Decides which secrets it may read, and which actions its user must be allowed. */
  readonly role: Role;
  /** What it calls there; its client has these methods and no other. */
  readonly operations: Operations;
  /** How long a call may wait for the rate budget. */
  readonly maximumWait_ms: number;
  /** The part of a project's rate budget that it may use. Default: all of it. */
  readonly share?: BudgetShare;
}

/** How often Lambda tries an event that the function failed on, and for how long. */
interface Retried {
  readonly attempts: number;
  readonly within_minutes: number;
}

/** One schedule of the estate. */
interface DueSchedule {
  /** What it is for, for example `night`. */
  readonly name: string;
  /** Whose it is: names of the estate, for example a project and its rule. */
  readonly whose: readonly string[];
  readonly description: string;
  /** Five fields, as the estate writes them. */
  readonly cron: string;
  /** An IANA name. */
  readonly timezone: string;
  /** The event's data, all but `scheduled_at`. */
  readonly data: object;
}

/** Fires every so many minutes, alike for every estate. The next firing finds everything that a failed one has left. */
interface PeriodicTrigger<Event = AnyEvent> {
  readonly on: "schedule";
  readonly event: Event;
  readonly every_minutes: number;
}

/** Fires when the estate says. Pure: what is due when, from the estate alone. */
interface EstateTrigger<Event = AnyEvent> extends Retried {
  readonly on: "schedule";
  readonly event: Event;
  readonly schedules: (estate: Estate) => readonly DueSchedule[];
}

/** Fires when somebody invokes the function with the event and does not wait for its answer. */
interface AsynchronousTrigger<Event = AnyEvent> extends Retried {
  readonly on: "asynchronous";
  readonly event: Event;
}

/** The queue of an event: whoever sends the event sends it there. */
export interface QueueTrigger<Event = AnyEvent> {
  readonly on: "queue";
  readonly event: Event;
  /** The queue's name, for example `checkpoints`: people meet it in alarms and commands. */
  readonly queue: string;
  /** Whether the messages of a batch are worked on one by one, side by side, or by one job together. */
  readonly works: "each" | "together";
  /** How many messages one invocation gets: 1 to 10, or more with a window. */
  readonly batchSize: number;
  /** How long a batch is collected. */
  readonly window_s: number;
  /** How often a message is tried before it is a dead letter. */
  readonly attempts: number;
  /**
   * Principals outside (account ids, ARNs of roles and users) that may send. Where it is given nobody else may, not even who
   * may send to every queue of the account.
   */
  readonly senders?: (estate: Estate) => readonly string[];
}

/** A request to the function's own address, which anybody can send. */
interface UrlTrigger<Event = Pick<AnyEvent, "name" | "version" | "example" | "parse">> {
  readonly on: "url";
  readonly event: Event;
  /**
   * How many invocations the address has for itself. They are taken from the account's, of which AWS keeps 100 for the others:
   * an account that has only a few cannot set any apart. With 0 the address is shut.
   */
  readonly concurrency: (estate: Estate) => number;
}

export type Trigger = PeriodicTrigger | EstateTrigger | AsynchronousTrigger | QueueTrigger | UrlTrigger;

/**
 * Everything that is true of a function, said once. Its wiring, its place in the stack, its grants and variables, its
 * provider policy, its deployment in the simulation and its line in the docs are derived from it. It holds no code of the
 * job's, and travels in the function's bundle: it must not import the estate's schema or anything of infra/.
 */
export interface FunctionDefinition {
  /** The folder's name, for example `plan-checkpoints`. */
  readonly name: string;
  readonly description: string;
  readonly trigger: Trigger;
  /** Left out: it does not speak with the provider, and reads no secret. Needs the ledger, which holds the rate budget. */
  readonly provider?: ProviderUse;
  /** Left out: it has no ledger. */
  readonly ledger?: readonly LedgerUse[];
  /** Events that it puts into the queues of whoever they trigger. */
  readonly sends?: readonly AnyEvent[];
  /** Whether it is told what its deployment is called, unlike any other. */
  readonly deployment?: true;
  /** Whether it writes to the notification topic. */
  readonly notifies?: true;
  /** Whether it stores documents in the report bucket as well. */
  readonly publishes?: true;
  /** The page whose code travels beside its bundle. */
  readonly page?: "report";
  /** The metrics that its results mean. */
  readonly measures?: readonly MetricName[];
  readonly timeout_s: number;
  readonly memory_mb: number;
}

/** Nothing that a definition does not have, and no provider without the ledger, which holds the rate budget. */
type Sound<Definition> = Definition &
  Record<Exclude<keyof Definition, keyof FunctionDefinition>, never> &
  (Definition extends { readonly provider: object } ? { readonly ledger: readonly LedgerUse[] } : unknown);

/** Checks a definition's type and keeps what it says: the job's type follows from it (see deps.ts). */
export const defineFunction = <const Definition extends FunctionDefinition>(
  definition: Sound<Definition>,
): Definition => definition;

/** The variables in which a function finds what was bound to it; set by the stack, read by the wiring. */
export const variableOf = {
  ledger: "TABLE_NAME",
  deployment: "DEPLOYMENT",
  topic: "TOPIC_ARN",
  reports: "REPORT_BUCKET",
  queue: ({ name }: Pick<AnyEvent, "name">) =>
    `${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}_QUEUE_URL`,
} as const;

/** The names of all variables of a function. */
export function variablesOf({
  ledger,
  deployment,
  notifies,
  publishes,
  sends = [],
}: FunctionDefinition): string[] {
  return [
    ...(ledger ? [variableOf.ledger] : []),
    ...(deployment ? [variableOf.deployment] : []),
    ...(notifies || publishes ? [variableOf.topic] : []),
    ...(publishes ? [variableOf.reports] : []),
    ...sends.map(variableOf.queue),
  ];
}
