import { day_ms, minute_ms, second_ms } from "./time.ts";

/** Shortest and longest duration, in milliseconds of the world's time. */
export type Span = readonly [low_ms: number, high_ms: number];

/** How fast this cloud works. */
export interface Settings {
  /** How long a task waits before it runs. */
  readonly wait_ms: Span;
  readonly backup_ms: Span;
  readonly delete_ms: Span;
  readonly restore_ms: Span;
  /** Until a switched audit backup shows in the backup status. */
  readonly audit_confirm_ms: Span;
  readonly phone_backup_ms: Span;
  readonly phone_restore_ms: Span;
  /** After this, a task that could not work is ended by the provider with `timeout`. */
  readonly task_timeout_ms: number;
  /** Ended tasks are forgotten after this. */
  readonly task_memory_ms: number;
  /** The region's local time, for the hours in which expired backups are deleted. */
  readonly region_offset_minutes: number;
}

export const defaultSettings: Settings = {
  wait_ms: [second_ms, 20 * second_ms],
  backup_ms: [2 * minute_ms, 8 * minute_ms],
  delete_ms: [10 * second_ms, 60 * second_ms],
  restore_ms: [2 * minute_ms, 6 * minute_ms],
  audit_confirm_ms: [20 * second_ms, 60 * second_ms],
  phone_backup_ms: [minute_ms, 4 * minute_ms],
  phone_restore_ms: [minute_ms, 3 * minute_ms],
  task_timeout_ms: 6 * 60 * minute_ms,
  task_memory_ms: 40 * day_ms,
  region_offset_minutes: 0,
};

/** Every task takes about a second: for a person, or a client's tests, at a real clock. */
export const briskSettings: Partial<Settings> = {
  wait_ms: [50, 150],
  backup_ms: [600, 1100],
  delete_ms: [300, 600],
  restore_ms: [600, 1100],
  audit_confirm_ms: [200, 500],
  phone_backup_ms: [600, 1100],
  phone_restore_ms: [600, 1100],
};
