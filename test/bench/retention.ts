import { fork } from "node:child_process";
import { once } from "node:events";
import * as z from "zod";
import { median, type Row, rowOf } from "./row.ts";

const BASELINE = "sorting the same array by date string, same process, in turns";
const SIZES = [
  { count: 10_000, resources: 100, rounds: 60, goal: "≤ 1.5" },
  { count: 100_000, resources: 1_000, rounds: 20, goal: "≤ 1" },
  { count: 1_000_000, resources: 10_000, rounds: 5, goal: "≤ 1" },
] as const;

const figures = z.object({
  input_mb: z.number(),
  peak_mb: z.number(),
  first_ms: z.number(),
  measured: z.array(z.object({ plan_ms: z.number(), sort_ms: z.number() })),
});

/** Planning a million backups of ten thousand resources under six rules, and two smaller sizes beside it. */
export async function benchRetention(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES) rows.push(await speed(size));
  rows.push(await memory());
  return rows;
}

async function speed({ count, resources, rounds, goal }: (typeof SIZES)[number]): Promise<Row> {
  const { first_ms, measured } = await inFreshProcess(count, resources, rounds);
  const plan_ms = median(measured.map((round) => round.plan_ms));
  const sort_ms = median(measured.map((round) => round.sort_ms));
  return rowOf({
    name: `planning ${count.toLocaleString("en")} backups of ${resources.toLocaleString("en")} resources, six rules`,
    values: measured.map((round) => round.plan_ms / round.sort_ms),
    unit: "× the sort's time",
    ...{ baseline: BASELINE, goal },
    note: `plan ${plan_ms.toFixed(1)} ms, sort ${sort_ms.toFixed(1)} ms, first plan ${first_ms.toFixed(0)} ms`,
  });
}

async function memory(): Promise<Row> {
  const { input_mb, peak_mb } = await inFreshProcess(1_000_000, 10_000, 0);
  return rowOf({
    name: "planning 1,000,000 backups once: peak resident memory of a fresh process",
    values: [peak_mb],
    unit: "MB",
    baseline: `the input alone: ${input_mb.toFixed(0)} MB`,
    goal: "< 600",
  });
}

async function inFreshProcess(count: number, resources: number, rounds: number) {
  const args = [count, resources, rounds].map(String);
  const child = fork(new URL("retention-child.ts", import.meta.url), args, { execArgv: [] });
  const [message] = await once(child, "message");
  return figures.parse(message);
}

if (import.meta.main) process.stdout.write(`${JSON.stringify({ rows: await benchRetention() }, null, 2)}\n`);
