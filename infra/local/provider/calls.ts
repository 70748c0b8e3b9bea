/** One call as the provider saw it. */
interface CallRecord {
  /** The world's time when it came, in epoch milliseconds. */
  readonly at_ms: number;
  readonly request_id: string;
  readonly method: string;
  /** Undefined for a path that is no operation's. */
  readonly operation: string | undefined;
  readonly service: string | undefined;
  readonly project: string | undefined;
  readonly user: string | undefined;
  /** 0 when the connection was cut or never answered. */
  readonly status: number;
  /** The error code, or the fault that kept the answer away: `reset`, `hang`. */
  readonly code: string | undefined;
  /** Whether the operation took effect. */
  readonly effect: boolean;
  /** In milliseconds of the world's time. */
  readonly duration_ms: number;
}

/** The last calls, counts of all, and whoever wants to know of each. */
export interface CallLog {
  add(record: CallRecord): void;
  /** The latest `limit`, oldest first. */
  latest(limit: number): CallRecord[];
  /** How many, by operation and status: `{ listVaults: { "200": 4 } }`. */
  counts(): Record<string, Record<string, number>>;
  /** Calls `listener` for each from now on. Returns what ends it. */
  onCall(listener: (record: CallRecord) => void): () => void;
  reset(): void;
}

/** Enough to look back over a night. */
const remembered_calls = 20_000;

export function createCallLog(): CallLog {
  let records: CallRecord[] = [];
  const counts = new Map<string, Map<string, number>>();
  const listeners = new Set<(record: CallRecord) => void>();
  return {
    add(record) {
      records.push(record);
      if (records.length > 2 * remembered_calls) records = records.slice(-remembered_calls);
      count(counts, record.operation ?? "unknown", String(record.status));
      for (const listener of listeners) listener(record);
    },
    latest: (limit) => records.slice(-Math.min(limit, remembered_calls)),
    counts: () =>
      Object.fromEntries(
        [...counts].map(([operation, byStatus]) => [operation, Object.fromEntries(byStatus)]),
      ),
    onCall(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reset() {
      records = [];
      counts.clear();
    },
  };
}

function count(counts: Map<string, Map<string, number>>, operation: string, status: string): void {
  const byStatus = counts.get(operation) ?? new Map<string, number>();
  counts.set(operation, byStatus);
  byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
}
