import { fileURLToPath } from "node:url";
import { debuglog } from "node:util";
import { systemClock } from "../../shared/core/clock.ts";
import type { EstateInput } from "../../shared/estate/estate.ts";
import { demoProject } from "../estate/demo.ts";
import { loadEstate } from "../estate/load.ts";
import { startConsole } from "../local/console/console.ts";
import { createHistory, type History } from "../local/console/history.ts";
import { removeEngineFile, writeEngineFile } from "../local/engine-file.ts";
import type { EngineEvent } from "../local/functions/events.ts";
import { CommandFailure, runCommand } from "./fail.ts";
import { finishCycle } from "./start/cycle.ts";
import { type Demo, startDemo } from "./start/demo.ts";
import { assertFree, readFlags, type StartFlags } from "./start/flags.ts";
import { callsOf, watchNight } from "./start/night.ts";
import { noteOf, type ProgressReport, progressReport } from "./start/progress.ts";
import { requestReleases } from "./start/releases.ts";
import { type CycleResult, nightTable } from "./start/table.ts";

const debug = debuglog("vigil");

/** Where the reports of this machine's nights are written. */
const REPORTS = fileURLToPath(new URL("../../.vigil/reports/", import.meta.url));

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
  const begun_ms = performance.now();
  const report = progressReport(process.stderr, project.timezone);
  const history = createHistory();
  if (!flags.once) await assertFree(flags.port);
  const onEvent = (event: EngineEvent) => {
    history.record(event);
    hear(event, report);
  };
  const demo = await startDemo({ ...flags, project, onEvent });
  const running = flags.once ? undefined : await openConsole(demo, history, flags);
  try {
    if (running) report.note(`Console: ${running.url}`);
    await requestReleases(demo);
    const night = await watchNight(demo, report.show, signal);
    report.end();
    const rest = await finishCycle(demo, REPORTS, report.note, signal);
    const result: CycleResult = {
      ...{ ...night, ...rest },
      apiCalls: callsOf(demo),
      durationMs: Math.round(performance.now() - begun_ms),
    };
    tell(flags, result, demo);
    process.exitCode = result.goalsMet ? 0 : 1;
    if (running) await goOn(running.url, report, signal);
  } finally {
    report.end();
    await running?.close();
    await demo.stop();
  }
}

/** Serves the console, and tells other commands where the engine is. */
async function openConsole(demo: Demo, history: History, { speed, port }: StartFlags) {
  const opened = await startConsole({ ...demo, history, speed, port });
  writeEngineFile(demo.running);
  return {
    url: opened.url,
    async close() {
      removeEngineFile();
      await opened.close();
    },
  };
}

function hear(event: EngineEvent, report: ProgressReport): void {
  if (event.type === "log") debug("%s %s", event.function, event.line);
  const note = noteOf(event);
  if (note !== undefined) report.note(note);
}

function tell({ json, once }: StartFlags, result: CycleResult, { provider }: Demo): void {
  process[json ? "stderr" : "stdout"].write(`${nightTable(result)}\n`);
  if (json) process.stdout.write(`${JSON.stringify(once ? result : { ...result, provider })}\n`);
}

/** The schedules and queues go on until somebody ends them. */
function goOn(url: string, report: ProgressReport, signal: AbortSignal): Promise<void> {
  report.note(`Goes on running; console at ${url}. Ctrl-C ends it.`);
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
