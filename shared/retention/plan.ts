import type { PlannableBackup } from "./backup.ts";
import { Calendar, DAY_MS } from "./calendar.ts";
import type { Columns } from "./columns.ts";
import { parseRetentionPolicy, type RetentionPolicy, type RetentionPolicyInput } from "./policy.ts";
import { readBackups } from "./read.ts";
import { FailedReasons, FUTURE, GoodReasons, NO_RULE, type Reasons, StatusReasons } from "./reasons.ts";
import { type Instant, readNow } from "./refusal.ts";
import { keepsEverything, Rules } from "./rules.ts";

export interface Decision {
  readonly id: string;
  readonly action: "keep" | "expire";
  /** At least one sentence. Decisions share these arrays; they are frozen. */
  readonly reasons: Reasons;
}

interface RetentionQuestion {
  readonly backups: readonly PlannableBackup[];
  readonly policy: RetentionPolicyInput;
  readonly now: Instant;
}

/**
 * Decides which backups a retention policy keeps, each resource by itself: one decision per backup, in the order of
 * the input. It looks at retention only; who owns a backup, and whether it may be deleted now, is not its business.
 *
 * Throws RetentionRefusal, which names the field, for a policy, a time or a backup that it cannot rely on.
 */
export function planRetention({ backups, policy, now }: RetentionQuestion): Decision[] {
  const parsed = parseRetentionPolicy(policy);
  const now_ms = readNow(now);
  const columns = readBackups(backups, now_ms);
  if (keepsEverything(parsed)) return backups.map(({ id }) => keep(id, NO_RULE));
  const calendar = new Calendar(parsed.timezone ?? "UTC");
  const rules = new Rules(parsed, calendar, columns, now_ms);
  for (const resource of goodBackupsByResource(backups, columns)) rules.apply(resource);
  return backups.map(decider(parsed, calendar, columns, rules, now_ms));
}

/** Turns what was found out about each backup into a decision. */
function decider(
  policy: RetentionPolicy,
  calendar: Calendar,
  columns: Columns,
  rules: Rules,
  now_ms: number,
) {
  const good = new GoodReasons(policy, calendar);
  const failed = new FailedReasons(policy);
  const unsettled = new StatusReasons();
  return (backup: PlannableBackup, index: number): Decision => {
    const { id } = backup;
    const time_ms = columns.time_ms[index] ?? Number.NaN;
    const kind = columns.kind(index);
    if (kind === "good") {
      const bits = rules.kept[index] ?? 0;
      return bits === 0 ? expire(id, good.expired) : keep(id, good.kept(bits, time_ms));
    }
    if (kind === "future") return keep(id, FUTURE);
    if (kind === "unsettled") return keep(id, unsettled.of(backup));
    if (now_ms - time_ms < policy.failed_retention_days * DAY_MS) return keep(id, failed.of(kind, "keep"));
    return expire(id, failed.of(kind, "expire"));
  };
}

function keep(id: string, reasons: Reasons): Decision {
  return { id, action: "keep", reasons };
}

function expire(id: string, reasons: Reasons): Decision {
  return { id, action: "expire", reasons };
}

/**
 * The good backups of each resource, newest first, as places in the input. Of two with the same time to the
 * microsecond the one with the greater id is the newer.
 */
function goodBackupsByResource(
  backups: readonly PlannableBackup[],
  columns: Columns,
): readonly (readonly number[])[] {
  const groups = Array.from({ length: columns.resources }, (): number[] => []);
  columns.resource.forEach((resource, index) => {
    if (columns.isGood(index)) groups[resource]?.push(index);
  });
  const newestFirst = newerFirst(backups, columns);
  for (const group of groups) group.sort(newestFirst);
  return groups;
}

function newerFirst(backups: readonly PlannableBackup[], { time_ms, microseconds }: Columns) {
  return (left: number, right: number): number => {
    const leftTime_ms = time_ms[left] ?? 0;
    const rightTime_ms = time_ms[right] ?? 0;
    if (leftTime_ms !== rightTime_ms) return leftTime_ms < rightTime_ms ? 1 : -1;
    const later_us = (microseconds[right] ?? 0) - (microseconds[left] ?? 0);
    if (later_us !== 0) return later_us;
    return (backups[left]?.id ?? "") < (backups[right]?.id ?? "") ? 1 : -1;
  };
}
