/** What the console's server tells its page. Times are epoch milliseconds of the engine's clock. */
export interface ConsoleState {
  readonly now_ms: number;
  /** How much faster than real time the engine's clock runs. */
  readonly speed: number;
  readonly timezone: string;
  readonly functions: readonly FunctionState[];
  readonly schedules: readonly ScheduleState[];
  readonly queues: readonly QueueState[];
  readonly provider: ProviderState;
}

export interface FunctionState {
  readonly name: string;
  /** Its last invocations, latest first. */
  readonly runs: readonly Run[];
  readonly total: number;
  readonly failed: number;
  /** The last lines it wrote, latest first. */
  readonly logs: readonly LogLine[];
}

export interface Run {
  readonly request_id: string;
  readonly started_ms: number;
  /** Absent while it runs. */
  readonly duration_ms?: number;
  readonly cold: boolean;
  readonly error?: string;
}

export interface LogLine {
  readonly at_ms: number;
  readonly line: string;
}

export interface ScheduleState {
  readonly name: string;
  readonly description: string;
  readonly expression: string;
  readonly timezone: string;
  /** Absent when it never fires again. */
  readonly next_ms?: number;
  readonly last_ms?: number;
}

export interface QueueState {
  readonly name: string;
  readonly waiting: number;
  readonly delayed: number;
  readonly in_flight: number;
  /** Its dead letters; absent where it has no dead-letter queue or is one. */
  readonly dead?: number;
}

export interface ProviderState {
  readonly vaults: readonly ProviderVault[];
  /** The latest, newest first. */
  readonly backups: readonly ProviderBackup[];
  readonly tasks: readonly ProviderTask[];
  readonly counts: { readonly vaults: number; readonly backups: number; readonly tasks: number };
  /** Faults in force, each in words. */
  readonly faults: readonly string[];
  /** Calls by operation and status. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface ProviderVault {
  readonly id: string;
  readonly name: string;
  readonly object_type: string;
  readonly status: string;
  readonly size_gb: number;
  readonly used_mb: number;
  readonly resources: number;
  readonly running: number;
  readonly backups: number;
}

export interface ProviderBackup {
  readonly id: string;
  readonly name: string;
  readonly resource_name: string;
  readonly status: string;
  readonly created_ms: number;
  readonly size_mb: number;
  readonly auto_trigger: boolean;
}

export interface ProviderTask {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly vault_name: string;
  readonly resource_name: string;
  readonly created_ms: number;
  readonly progress: number;
  readonly code: string;
}

/** One thing that happened in the engine, in words. */
export interface LoggedEvent {
  /** Counts from 1. */
  readonly number: number;
  readonly at_ms: number;
  readonly type: string;
  readonly text: string;
  readonly bad: boolean;
}

/** An event that can be sent by hand. */
export interface ExampleEvent {
  readonly name: string;
  /** The envelope as JSON text. */
  readonly text: string;
}
