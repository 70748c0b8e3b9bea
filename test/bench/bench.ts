import { availableParallelism, cpus, loadavg } from "node:os";
import { resolve } from "node:path";
import { program } from "commander";
import { figuresOfRun, heldTo, readFigures, worseThan, writeFigures } from "./figures.ts";
import { quick, thorough } from "./options.ts";
import { writePage } from "./page.ts";
import { figuresOf } from "./row.ts";
import { partNames, runSuite } from "./suite.ts";
import { humanTable, rowLine } from "./table.ts";

// npm run bench: every row of docs/performance.md, measured anew.

const flags = program
  .name("npm run bench --")
  .description("Measures how fast and how cheap Vigil is, each row against a baseline in the same run")
  .option("--json", "print { rows } as one line of JSON, the last of stdout")
  .option("--only <pattern>", `parts whose name matches: ${partNames.join(", ")}`)
  .option("--quick", "few rounds and small sizes: to see that the suite works")
  .option("--profiles <folder>", "write a CPU profile of each cold start there")
  .option("--record", "make these the figures of docs/performance.md, against which later runs are held")
  .parse()
  .opts<{ json?: true; only?: string; quick?: true; profiles?: string; record?: true }>();

if (flags.record && (flags.quick || flags.only !== undefined || flags.profiles !== undefined))
  program.error("--record wants a whole run: leave --quick, --only and --profiles away");

const begin_ms = performance.now();
const seconds = () => Math.round((performance.now() - begin_ms) / 1000);
const recorded = await readFigures();
const measured = await runSuite(
  { ...(flags.quick ? quick : thorough), ...(flags.profiles && { profiles: resolve(flags.profiles) }) },
  {
    only: new RegExp(flags.only ?? ""),
    onPart(name, part) {
      process.stderr.write(`${name}, after ${seconds()} s\n`);
      for (const row of heldTo(recorded, part)) process.stderr.write(`  ${rowLine(row)}\n`);
    },
  },
);
const rows = heldTo(recorded, measured);

const about = {
  machine: `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "an unknown processor"}, Node ${process.versions.node}`,
  load: Number((loadavg()[2] ?? 0).toFixed(1)),
  measured_at: new Date().toISOString().slice(0, 10),
  seconds: seconds(),
};
const out = flags.json ? process.stderr : process.stdout;
out.write(`${humanTable(rows)}\n`);
out.write(`${about.machine}; ${about.measured_at}; ${about.seconds} s; load ${about.load}\n`);

// A quick run says nothing about figures that were measured with care.
const worse = flags.quick ? [] : worseThan(recorded, rows);
for (const { name, before, now } of worse)
  out.write(`WORSE by more than a fifth: ${name}: ${before} before, ${now.toPrecision(4)} now\n`);
for (const { name } of rows.filter(({ met }) => !met)) out.write(`goal not met: ${name}\n`);

if (flags.record) {
  const next = figuresOfRun(measured, about);
  await writeFigures(next);
  // What the page says of rows that are held to a figure is what later runs are held to.
  await writePage(heldTo(next, measured), about);
}
if (flags.json) process.stdout.write(`${JSON.stringify({ rows: rows.map(figuresOf) })}\n`);
