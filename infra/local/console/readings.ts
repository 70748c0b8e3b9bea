import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { eventExamples } from "../../../events/all.ts";
import type { Estate } from "../../../shared/estate/estate.ts";
import type { Ledger } from "../../../shared/ledger/ledger.ts";
import type { ExampleEvent, LoggedEvent } from "../../../shared/pages/console/state.ts";
import type { CoverageReport } from "../../../shared/report/schema.ts";
import type { Engine } from "../engine.ts";
import type { Cloud } from "../provider/service.ts";
import type { History } from "./history.ts";
import { liveCoverage } from "./live-coverage.ts";
import { consoleState } from "./state.ts";

/** Events of so long are told together. */
const batch_ms = 200;
/** A line that nothing else is sent for so long, so that a page notices when the console has ended. */
const beat_ms = 5_000;

/** What the page reads: the state, the coverage, and what happens as it happens. */
export function addReadings(app: Hono, options: ConsoleOptions): void {
  const { estate, history } = options;
  const [first] = estate.projects;
  const sources = { ...options, timezone: first?.timezone ?? "UTC" };
  const coverage = shared(() => liveCoverage(options));
  app.get("/api/state", async (context) => context.json(await consoleState(sources)));
  app.get("/api/coverage", async (context) => context.json(await coverage()));
  app.get("/api/events", (context) => context.json(history.events()));
  app.get("/api/examples", (context) => context.json(exampleEvents()));
  app.get("/api/stream", (context) =>
    streamSSE(context, async (stream) => {
      const waiting: LoggedEvent[] = [];
      const unsubscribe = history.subscribe((event) => waiting.push(event));
      stream.onAbort(unsubscribe);
      let silent_ms = 0;
      await stream.writeSSE({ event: "hello", data: "{}" });
      while (!stream.aborted && !stream.closed) {
        const events = waiting.splice(0);
        silent_ms = events.length > 0 ? 0 : silent_ms + batch_ms;
        if (events.length > 0) await stream.writeSSE({ event: "events", data: JSON.stringify(events) });
        else if (silent_ms % beat_ms === 0) await stream.writeSSE({ event: "beat", data: "{}" });
        await stream.sleep(batch_ms);
      }
    }),
  );
}

/** A report is given again for so many times as long as it took to make: watching must not starve what is watched. */
const restFactor = 4;

/** Several pages that ask at once, or soon after one another, share one answer. */
function shared(make: () => Promise<CoverageReport>): () => Promise<CoverageReport> {
  let answer: Promise<CoverageReport> | undefined;
  let fresh_until_ms = 0;
  return () => {
    if (answer && performance.now() < fresh_until_ms) return answer;
    const begun_ms = performance.now();
    fresh_until_ms = Number.POSITIVE_INFINITY;
    answer = make().finally(() => {
      fresh_until_ms = performance.now() + restFactor * (performance.now() - begun_ms);
    });
    return answer;
  };
}

/** The example of every event of events/, as it arrives at a function. */
function exampleEvents(): ExampleEvent[] {
  return eventExamples
    .map(({ name, payload }) => ({ name, text: JSON.stringify(payload, null, 2) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the console shows and acts on. */
export interface ConsoleOptions {
  readonly engine: Engine;
  /** The stand-in cloud of this process. */
  readonly cloud: Cloud;
  readonly ledger: Ledger;
  readonly estate: Estate;
  /** Its `record` must be the engine's listener (or be called by it). */
  readonly history: History;
  /** How much faster than real time the engine's clock runs. */
  readonly speed: number;
  /** 0 takes a free one. */
  readonly port: number;
}
