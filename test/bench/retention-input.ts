import type { PlannableBackup } from "../../shared/retention/backup.ts";
import type { RetentionPolicyInput } from "../../shared/retention/policy.ts";

const DAY_MS = 86_400_000;

/** When the benchmark's plans are made. */
export const NOW_MS = Date.UTC(2026, 10, 20, 8);

/** All six rules in force, in one zone with daylight saving. */
export const SIX_RULES: RetentionPolicyInput = {
  max_backups: 7,
  retention_duration_days: 30,
  day_backups: 14,
  week_backups: 8,
  month_backups: 12,
  year_backups: 3,
  timezone: "Europe/Berlin",
};

/** One backup a night of each resource, in no order, as if decoded from the provider's answers: no shared texts. */
export function manyBackups(count: number, resources: number): PlannableBackup[] {
  let state = 20261120;
  const integer = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const digits = (length: number) =>
    integer(16 ** length)
      .toString(16)
      .padStart(length, "0");
  const uuid = () => `${digits(8)}-${digits(4)}-${digits(4)}-${digits(4)}-${digits(12)}`;
  const resourceIds = Array.from({ length: resources }, () => flat(uuid()));
  const backups = Array.from({ length: count }, (_, index) => {
    const night = Math.floor(index / resources);
    const time = new Date(NOW_MS - night * DAY_MS - integer(3_600_000)).toISOString().slice(0, -1);
    const microseconds = String(integer(1000)).padStart(3, "0");
    return {
      id: flat(uuid()),
      resource_id: resourceIds[index % resources] ?? "",
      created_at: flat(`${time}${microseconds}`),
      status: "available",
    };
  });
  for (let last = count - 1; last > 0; last--) {
    const other = integer(last + 1);
    const [a, b] = [backups[last], backups[other]];
    if (a && b) [backups[last], backups[other]] = [b, a];
  }
  return backups;
}

/** The same text in one piece; a text put together from parts would take several times the memory. */
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
