import { costRow } from "../calls/cost.ts";
import type { BenchOptions } from "../options.ts";
import { median, type Row, rowOf } from "../row.ts";
import type { Site } from "../stage/site.ts";
import { rawNight } from "./raw.ts";
import { PROVIDER_MS, timedNight } from "./timed.ts";

/** A whole night in the local engine against its bare calls, and what AWS would ask for it. */
export async function benchNight(site: Site, { vaults, rounds }: BenchOptions): Promise<Row[]> {
  const { traffic, usage } = await timedNight(site, { vaults, recorded: true });
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push((await timedNight(site, { vaults, recorded: false })).duration_ms);
    bare.push(await rawNight(site, vaults, traffic));
  }
  const calls = [...traffic.plan, ...traffic.create, ...traffic.settle].length;
  return [
    rowOf({
      name: `a night of ${vaults.toLocaleString("en")} vaults in the local engine, provider answering in ${PROVIDER_MS} ms`,
      values: ours.map((ms, round) => ms / (bare[round] ?? Number.NaN)),
      unit: "× the baseline's time",
      baseline: "the same calls of provider, ledger and queue, raw, same servers and concurrency, in turns",
      goal: "≤ 1.5",
      note: `${(median(ours) / 1000).toFixed(1)} s against ${(median(bare) / 1000).toFixed(1)} s, ${calls} calls`,
    }),
    costRow(usage, vaults),
  ];
}
