import { debuglog } from "node:util";
import type { EstateInput } from "../../shared/estate/estate.ts";
import { systemClock } from "../../shared/runtime/clock.ts";
import { demoProject } from "../estate.demo.ts";
import { loadEstate } from "../load-estate.ts";
import { removeEngineFile, writeEngineFile } from "../local/engine-file.ts";
import type { EngineEvent } from "../local/events.ts";
import { CommandFailure, runCommand } from "./fail.ts";
import { type Demo, startDemo } from "./start/demo.ts";
import { readFlags, type StartFlags } from "./start/flags.ts";
import { type NightResult, watchNight } from "./start/night.ts";
import { noteOf, type ProgressReport, progressReport } from "./start/progress.ts";
import { startStatus } from "./start/status.ts";
import { nightTable } from "./start/table.ts";

const debug = debuglog("vigil");

/** Ctrl-C: everything is stopped in order, and the exit code says so as a shell expects it. */
class Interrupted extends Error {
  override readonly name = "Interrupted";
}

await runCommand(async () => {
  const flags = readFlags(process.argv);
  const project = flags.estate === undefined ? demoProject : await projectIn(flags.estate);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Interrupted("interrupted"));
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    await run(flags, project, interruption.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = 130;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
});

async function run(flags: StartFlags, project: EstateInput["projects"][number], signal: AbortSignal) {
  const report = progressReport(process.stderr, project.time_zone);
  const latest: { result?: NightResult; demo?: Demo } = {};
  // Taken first: a port that is not free should not cost anybody a night.
  const status = flags.once
    ? undefined
    : await startStatus(flags.port, async () => ({
        night: latest.result ?? "not settled yet",
        queues: Object.fromEntries((await latest.demo?.engine.queueDepths()) ?? []),
      }));
  try {
    const demo = await startDemo({ ...flags, project, onEvent: (event) => hear(event, report) });
    latest.demo = demo;
    if (!flags.once) writeEngineFile(demo.running);
    try {
      latest.result = await watchNight(demo, report.show, signal);
      report.end();
      tell(flags, latest.result, demo);
      process.exitCode = latest.result.goalsMet ? 0 : 1;
      if (status) await goOn(status.url, report, signal);
    } finally {
      if (!flags.once) removeEngineFile();
      await demo.stop();
    }
  } finally {
    report.end();
    await status?.close();
  }
}

function hear(event: EngineEvent, report: ProgressReport): void {
  if (event.type === "log") debug("%s %s", event.function, event.line);
  const note = noteOf(event);
  if (note !== undefined) report.note(note);
}

function tell({ json, once }: StartFlags, result: NightResult, { provider }: Demo): void {
  process[json ? "stderr" : "stdout"].write(`${nightTable(result)}\n`);
  if (json) process.stdout.write(`${JSON.stringify(once ? result : { ...result, provider })}\n`);
}

/** The schedules and queues go on until somebody ends them. */
function goOn(url: string, report: ProgressReport, signal: AbortSignal): Promise<void> {
  report.note(`Goes on running; status at ${url}. Ctrl-C ends it.`);
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** The one project of an estate file: the stand-in cloud has one. */
async function projectIn(file: string): Promise<EstateInput["projects"][number]> {
  const { projects } = await loadEstate(file, systemClock.now());
  const [project] = projects;
  if (!project || projects.length > 1)
    throw new CommandFailure(
      `the estate file ${file} has ${projects.length} projects; the demo world has one: leave one in a copy of it`,
    );
  return project;
}
