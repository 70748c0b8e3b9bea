import { run } from "../simulation/run/run.ts";
import type { BenchOptions } from "./options.ts";
import { type Row, rowOf } from "./row.ts";

const SEED = 20_261_121;
const NIGHTS = 200;

/** How fast nights with faults are played. */
export async function benchSimulation({ rounds }: BenchOptions): Promise<Row[]> {
  const values: number[] = [];
  let violations = 0;
  for (let round = 0; round < rounds; round++) {
    const begin_ms = performance.now();
    violations += (await run({ seed: SEED + round, nights: NIGHTS })).violations;
    values.push(NIGHTS / ((performance.now() - begin_ms) / 1000));
  }
  return [
    rowOf({
      ...{ name: "nights simulated", values, unit: "nights a second", baseline: "–", rising: true },
      note: `seeds from ${SEED}, ${NIGHTS} nights each, ${violations} violations`,
    }),
  ];
}
