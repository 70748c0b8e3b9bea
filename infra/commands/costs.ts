import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep, systemClock } from "../../shared/core/clock.ts";
import { roles } from "../../shared/estate/secrets.ts";
import { metrics } from "../../shared/lambda/measures.ts";
import { demoProject } from "../estate/demo.ts";
import type { Model } from "../local/template/model.ts";
import { projectAlarms } from "../stack/watching/project-alarms.ts";
import { noUsage, sumUsage, type Usage, usageOfCall, usageOfEvent } from "../tools/costs/count.ts";
import type { Counted, FixedResources } from "../tools/costs/month.ts";
import { renderCosts } from "../tools/costs/render.ts";
import { command, runCommand } from "./fail.ts";
import { finishCycle } from "./start/cycle.ts";
import { startDemo } from "./start/demo.ts";
import { watchNight } from "./start/night.ts";
import { requestReleases } from "./start/releases.ts";

const sizes = [50, 150] as const;
const speed = 60;
const hour_ms = 3_600_000;
const page = new URL("../../docs/costs.md", import.meta.url);

/** `npm run costs`: counts what a cycle and an idle hour use of AWS, and writes docs/costs.md. */
await runCommand(async () => {
  command("costs", "Count what a night uses of AWS, and write what a month costs").parse();
  const counted: { counted: Counted; fixed: FixedResources }[] = [];
  for (const vaults of sizes) {
    process.stderr.write(`counting a cycle of ${vaults} vaults\n`);
    counted.push(await count(vaults));
  }
  const [small, large] = counted;
  if (!small || !large) throw new Error("two sizes are counted");
  const text = renderCosts(small.counted, large.counted, small.fixed, systemClock.now());
  await writeFile(page, text);
  process.stdout.write(`${text}\ndocs/costs.md is written\n`);
});

async function count(vaults: number): Promise<{ counted: Counted; fixed: FixedResources }> {
  let usage: Usage = noUsage;
  const add = (more: Partial<Usage>) => {
    usage = sumUsage([
      [usage, 1],
      [more, 1],
    ]);
  };
  const memory = new Map<string, number>();
  const memory_gb = (name: string) => memory.get(name) ?? 1;
  const folder = await mkdtemp(join(tmpdir(), "vigil-costs-"));
  const demo = await startDemo({
    ...{ project: demoProject, vaults, seed: 1, faults: "none", speed },
    onEvent: (event) => add(usageOfEvent(event, { memory_gb, speed })),
    onCall: (call) => add(usageOfCall(call)),
  });
  try {
    const { clock, model } = demo.engine;
    for (const { name, properties } of model.all("AWS::Lambda::Function"))
      memory.set(name, properties.MemorySize / 1024);
    const { signal } = new AbortController();
    const begun_ms = clock.now();
    await requestReleases(demo);
    await watchNight(demo, () => undefined, signal);
    await finishCycle(demo, folder, () => undefined, signal);
    const cycle = usage;
    const cycle_hours = (clock.now() - begun_ms) / hour_ms;
    // Then nothing is to be done, and for an hour the schedules find that out.
    usage = noUsage;
    await sleep(clock, hour_ms);
    return { counted: { vaults, cycle, cycle_hours, idleHour: usage }, fixed: fixedResourcesOf(model) };
  } finally {
    await demo.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is there all month: from the template, for one project. Every queue has one alarm. */
function fixedResourcesOf(model: Model): FixedResources {
  return {
    secrets: roles.length,
    // Ours, and the cold starts of each function.
    metrics: Object.keys(metrics).length + model.all("AWS::Lambda::Function").length,
    alarms: projectAlarms({ reportGap_hours: 24 }).length + model.all("AWS::SQS::Queue").length,
    // The notifications' key.
    keys: 1,
    workedQueues: model.all("AWS::Lambda::EventSourceMapping").length,
  };
}
