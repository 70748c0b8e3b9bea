import type { FunctionState, LoggedEvent, LogLine, Run } from "../../../shared/pages/console/state.ts";
import type { EngineEvent } from "../functions/events.ts";
import { wordsOf } from "./words.ts";

/** What the console remembers of the engine's events. */
export interface History {
  /** Give this to the engine as its listener. */
  readonly record: (event: EngineEvent) => void;
  /** The latest events, oldest first. */
  events(): readonly LoggedEvent[];
  functionState(name: string): FunctionState;
  /** When a schedule last fired. */
  lastFired(schedule: string): number | undefined;
  /** Calls `listener` for each event from now on. Returns what ends it. */
  subscribe(listener: (event: LoggedEvent) => void): () => void;
}

const remembered = { events: 1000, runs: 30, lines: 100 };

interface Remembered {
  readonly runs: Run[];
  readonly logs: LogLine[];
  total: number;
  failed: number;
}

export function createHistory(): History {
  const events: LoggedEvent[] = [];
  const functions = new Map<string, Remembered>();
  const fired = new Map<string, number>();
  const listeners = new Set<(event: LoggedEvent) => void>();
  let number = 0;

  const of = (name: string): Remembered => {
    const known = functions.get(name) ?? { runs: [], logs: [], total: 0, failed: 0 };
    functions.set(name, known);
    return known;
  };

  return {
    record(event) {
      remember(event, of, fired);
      const words = wordsOf(event);
      if (!words) return;
      number++;
      const logged = { number, at_ms: event.at_ms, type: event.type, ...words };
      events.push(logged);
      if (events.length > remembered.events) events.shift();
      for (const listener of listeners) listener(logged);
    },
    events: () => events,
    functionState: (name) => ({ name, ...of(name) }),
    lastFired: (schedule) => fired.get(schedule),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function remember(event: EngineEvent, of: (name: string) => Remembered, fired: Map<string, number>): void {
  const { at_ms } = event;
  if (event.type === "schedule-fired") fired.set(event.schedule, at_ms);
  if (event.type === "log") keep(of(event.function).logs, { at_ms, line: event.line }, remembered.lines);
  if (event.type === "function-started") {
    const known = of(event.function);
    known.total++;
    const { request_id, cold } = event;
    keep(known.runs, { request_id, started_ms: at_ms, cold }, remembered.runs);
  }
  if (event.type === "function-ended") {
    const known = of(event.function);
    if (event.error) known.failed++;
    const index = known.runs.findIndex(({ request_id }) => request_id === event.request_id);
    const run = known.runs[index];
    if (!run) return;
    const error = event.error && { error: `${event.error.type}: ${event.error.message}` };
    known.runs[index] = { ...run, duration_ms: event.duration_ms, ...error };
  }
}

/** Puts the latest first, and forgets the oldest. */
function keep<Item>(items: Item[], item: Item, most: number): void {
  items.unshift(item);
  if (items.length > most) items.pop();
}
