// Measures the planner in a process of its own and sends the figures to its parent. Arguments: backups, resources, rounds.

import { planRetention } from "../../shared/retention/plan.ts";
import { peakMemory_mb } from "./peak-memory.ts";
import { manyBackups, NOW_MS, SIX_RULES } from "./retention-input.ts";

const [count = 0, resources = 0, rounds = 0] = process.argv.slice(2).map(Number);
const backups = manyBackups(count, resources);
const input_mb = peakMemory_mb();

function milliseconds(work: () => unknown): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function sort(): unknown {
  return [...backups].sort((a, b) =>
    a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0,
  );
}

function plan(): unknown {
  return planRetention({ backups, policy: SIX_RULES, now: NOW_MS });
}

const first_ms = milliseconds(plan);
const peak_mb = peakMemory_mb();
const measured = Array.from({ length: rounds }, (_, round) => {
  const planFirst = round % 2 === 0;
  const early = milliseconds(planFirst ? plan : sort);
  const late = milliseconds(planFirst ? sort : plan);
  return planFirst ? { plan_ms: early, sort_ms: late } : { plan_ms: late, sort_ms: early };
});
process.send?.({ input_mb, peak_mb, first_ms, measured });
