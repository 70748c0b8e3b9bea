import { findCode } from "../api/errors/codes.ts";
import { type ResourceFailure, type Slot, unknownStatus } from "../checkpoints/slot.ts";
import { isOpen } from "../work/work.ts";
import { type CellState, worse } from "./cells.ts";
import type { CellFailure } from "./schema.ts";

/** What the slots say of one resource. */
interface GridRow {
  readonly cells: CellState[];
  readonly failures: CellFailure[];
}

/** One of a rule's times, and the night of the report that it belongs to. */
type Due = Pick<CellFailure, "date" | "rule" | "scheduled_at">;

/** Resources by nights, filled slot by slot, in any order; holds no slot. */
export interface Grid {
  readonly rows: ReadonlyMap<string, GridRow>;
  add(slot: Slot): void;
  /** Marks a night that was never planned, for one resource. */
  miss(resource_id: string, night: Due): void;
}

interface GridOptions {
  /** The report's nights, oldest first. */
  readonly dates: readonly string[];
  /** The night that a slot belongs to, by its scheduled time. */
  readonly dateOf: (scheduled_at: string) => string;
  readonly now_ms: number;
}

type JudgedFailure = Omit<CellFailure, keyof Due>;

interface Judged {
  readonly state: CellState;
  readonly failure?: JudgedFailure;
}

export function slotGrid({ dates, dateOf, now_ms }: GridOptions): Grid {
  const columns = new Map(dates.map((date, index) => [date, index]));
  const rows = new Map<string, GridRow>();

  const put = (resource_id: string, { date, rule, scheduled_at }: Due, { state, failure }: Judged) => {
    const column = columns.get(date);
    if (column === undefined) return;
    const row = rows.get(resource_id) ?? { cells: dates.map((): CellState => "-"), failures: [] };
    rows.set(resource_id, row);
    row.cells[column] = worse(row.cells[column] ?? "-", state);
    if (failure) row.failures.push({ date, rule, scheduled_at, ...failure });
  };

  return {
    rows,
    add(slot) {
      if (slot.work.settled?.outcome === "skipped") return;
      const { rule, scheduled_at } = slot;
      const due = { date: dateOf(scheduled_at), rule, scheduled_at };
      for (const id of slot.resources) put(id, due, cellOf(slot, id, now_ms));
    },
    miss(resource_id, due) {
      const reason =
        "the night was never planned: the scheduler, plan-checkpoints or the deployment was not working";
      put(resource_id, due, {
        state: "M",
        failure: { state: "missing", code: "never-planned", reason, measure: null, attempts: 0 },
      });
    },
  };
}

/** What a slot says of one of its resources. */
function cellOf(slot: Slot, id: string, now_ms: number): Judged {
  const { work, deadline_at_ms } = slot;
  const ended_ms = work.settled?.at_ms ?? now_ms;
  if (slot.covered[id] !== undefined) {
    return ended_ms <= deadline_at_ms ? { state: "P" } : { state: "L", failure: lateness(slot, ended_ms) };
  }
  const failure = slot.failure[id];
  if (failure && !(failure.code === unknownStatus && isOpen(work)))
    return { state: "F", failure: explained(slot, failure) };
  if (isOpen(work)) return stillOpen(slot, now_ms);
  const { code, reason } = work.settled ?? { code: null, reason: null };
  return {
    state: code && findCode("cbr", code) ? "F" : "M",
    failure: {
      state: code && findCode("cbr", code) ? "failed" : "missing",
      code,
      reason: reason ?? "it has no backup, and no error was reported",
      measure: measureOf(code),
      attempts: work.attempt,
    },
  };
}

function explained({ work }: Slot, { code, reason, attempt, final }: ResourceFailure): JudgedFailure {
  const next =
    isOpen(work) && !final && work.attempt > attempt
      ? `; attempt ${work.attempt} follows at ${new Date(work.not_before_ms).toISOString()}`
      : "";
  return { state: "failed", code, reason: `${reason}${next}`, measure: measureOf(code), attempts: attempt };
}

function lateness({ work }: Slot, ended_ms: number): JudgedFailure {
  const reason = `its checkpoint was finished at ${new Date(ended_ms).toISOString()}, after the deadline`;
  return { state: "late", code: null, reason, measure: null, attempts: work.attempt };
}

function stillOpen({ work, deadline_at_ms }: Slot, now_ms: number): Judged {
  if (now_ms < deadline_at_ms) return { state: "O" };
  const reason = `the deadline has passed and its checkpoint is still ${work.state}, attempt ${work.attempt}`;
  return {
    state: "M",
    failure: { state: "missing", code: null, reason, measure: null, attempts: work.attempt },
  };
}

/** What the provider's documents say to do about a code. */
const measureOf = (code: string | null): string | null =>
  code === null ? null : (findCode("cbr", code)?.measure ?? null);
