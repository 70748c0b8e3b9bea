import { benchApi } from "./api.ts";
import { benchNightCalls, benchPruneAndReport } from "./calls/rows.ts";
import { benchColdStarts } from "./cold/rows.ts";
import { benchMemory } from "./memory.ts";
import { benchNight } from "./night/rows.ts";
import type { BenchOptions } from "./options.ts";
import { benchQueue } from "./queue/rows.ts";
import { benchRetention } from "./retention.ts";
import type { Row } from "./row.ts";
import { benchSimulation } from "./simulation.ts";
import { openSite, type Site } from "./stage/site.ts";

/** Rows that are measured together. */
interface Part {
  readonly name: string;
  run(options: BenchOptions, site: () => Promise<Site>): Promise<Row[]>;
}

/** Everything that is measured, in this order; parts that need the synthesized template share one. */
const parts: readonly Part[] = [
  { name: "api", run: () => benchApi() },
  { name: "cold-start", run: async (options, site) => benchColdStarts(await site(), options) },
  { name: "night", run: async (options, site) => benchNight(await site(), options) },
  { name: "night-calls", run: (options) => benchNightCalls(options) },
  { name: "prune-and-report", run: (options) => benchPruneAndReport(options) },
  { name: "retention", run: () => benchRetention() },
  { name: "queue", run: (options) => benchQueue(options) },
  { name: "memory", run: async (options, site) => benchMemory(await site(), options) },
  { name: "simulation", run: (options) => benchSimulation(options) },
];

export const partNames: readonly string[] = parts.map(({ name }) => name);

/** Runs the parts whose name the pattern matches. */
export async function runSuite(
  options: BenchOptions,
  { only, onPart }: { readonly only: RegExp; readonly onPart: (name: string, rows: readonly Row[]) => void },
): Promise<Row[]> {
  let opened: Promise<Site> | undefined;
  const site = () => {
    opened ??= openSite();
    return opened;
  };
  const rows: Row[] = [];
  try {
    for (const part of parts.filter(({ name }) => only.test(name))) {
      const measured = await part.run(options, site);
      onPart(part.name, measured);
      rows.push(...measured);
    }
    return rows;
  } finally {
    await (await opened)?.close();
  }
}
