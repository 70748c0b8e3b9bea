import { addDays } from "./dates.ts";
import type { VaultCoverage } from "./schema.ts";

/** What a vault held on a day. */
export interface Usage {
  readonly date: string;
  readonly used_mb: number;
}

/** With fewer days nothing is said about growth. */
const fewestDays = 3;
/** Beyond ten years nobody asks. */
const furthest_days = 3650;

/** When a vault fills if it goes on as in its history, by least squares. Pure. `history` is in order of its dates. */
export function forecastCapacity(
  { size_gb, auto_expand }: { readonly size_gb: number; readonly auto_expand: boolean },
  history: readonly Usage[],
): VaultCoverage["forecast"] {
  const last = history.at(-1);
  if (!last || history.length < fewestDays) {
    const basis = `${history.length} of at least ${fewestDays} daily figures so far`;
    return { growth_mb_per_day: null, full_on: null, basis };
  }
  const growth_mb_per_day = Math.round(slopePerDay(history) * 10) / 10;
  const basis = `${history.length} daily figures from ${history[0]?.date} to ${last.date}`;
  const free_mb = size_gb * 1024 - last.used_mb;
  if (free_mb <= 0) return { growth_mb_per_day, full_on: last.date, basis };
  if (auto_expand) return { growth_mb_per_day, full_on: null, basis: `${basis}; it expands by itself` };
  const days = growth_mb_per_day > 0 ? Math.ceil(free_mb / growth_mb_per_day) : Number.POSITIVE_INFINITY;
  return { growth_mb_per_day, full_on: days <= furthest_days ? addDays(last.date, days) : null, basis };
}

const day_ms = 86_400_000;

function slopePerDay(history: readonly Usage[]): number {
  const points = history.map(({ date, used_mb }) => ({ x: Date.parse(date) / day_ms, y: used_mb }));
  const mean = (of: "x" | "y") => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean("x"), mean("y")];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  return points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
}
