import { availableParallelism, cpus, loadavg } from "node:os";
import { Option, program } from "commander";
import { readFigures, worseThan, writeFigures } from "./figures.ts";
import { quick, thorough } from "./options.ts";
import { partNames, runSuite } from "./suite.ts";
import { humanTable, markdownTable } from "./table.ts";

// npm run bench: every row of docs/performance.md, measured anew.

const flags = program
  .name("npm run bench --")
  .description("Measures how fast and how cheap Vigil is, each row against a baseline in the same run")
  .option("--json", "print { rows } as one line of JSON, the last of stdout")
  .option("--only <pattern>", `parts whose name matches: ${partNames.join(", ")}`, "")
  .option("--quick", "few rounds and small sizes: to see that the suite works")
  .option("--markdown", "print the table of docs/performance.md")
  .addOption(new Option("--commit-figures", "make these the figures that later runs are held against"))
  .parse()
  .opts<{ json?: true; only: string; quick?: true; markdown?: true; commitFigures?: true }>();

const begin_ms = performance.now();
const rows = await runSuite(flags.quick ? quick : thorough, {
  only: new RegExp(flags.only),
  onPart: (name, { length }) =>
    process.stderr.write(
      `${name}: ${length} rows after ${Math.round((performance.now() - begin_ms) / 1000)} s\n`,
    ),
});

const about = {
  machine: `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "an unknown processor"}, Node ${process.versions.node}, load ${loadavg()[1]?.toFixed(1)}`,
  measured_at: new Date().toISOString().slice(0, 10),
};
const out = flags.json ? process.stderr : process.stdout;
out.write(`${flags.markdown ? markdownTable(rows) : humanTable(rows)}\n`);
for (const { name, note } of flags.markdown ? [] : rows) if (note) out.write(`${name}: ${note}\n`);
out.write(`${about.machine}, ${about.measured_at}, ${Math.round((performance.now() - begin_ms) / 1000)} s\n`);

if (flags.commitFigures) await writeFigures(rows, about);
else {
  for (const { name, before, now } of worseThan(await readFigures(), flags.quick ? [] : rows))
    out.write(`WORSE by more than a fifth: ${name}: ${before} before, ${now.toPrecision(4)} now\n`);
}
const unmet = rows.filter(({ met }) => !met);
for (const { name } of unmet) out.write(`goal not met: ${name}\n`);
if (flags.json) process.stdout.write(`${JSON.stringify({ rows })}\n`);
