import { useEffect, useRef, useState } from "preact/hooks";
import type { CoverageReport } from "../../report/schema.ts";
import { readCoverage, readEvents, readState } from "./server.ts";
import type { ConsoleState, LoggedEvent } from "./state.ts";

const most = 1000;
/** The stand-in's tasks go on without any event of the engine. */
const poll_ms = 2000;
/** After an event the page looks again, but not for each of many. */
const soon_ms = 300;

interface Live {
  readonly state: ConsoleState | undefined;
  readonly report: CoverageReport | undefined;
  readonly events: readonly LoggedEvent[];
  readonly connected: boolean;
  /** Looks again now. */
  readonly refresh: () => void;
}

/** What the console knows, kept up to date by its stream of events; the coverage only while somebody looks at it. */
export function useLive(withCoverage: boolean): Live {
  const [state, setState] = useState<ConsoleState>();
  const [report, setReport] = useState<CoverageReport>();
  const [events, setEvents] = useState<readonly LoggedEvent[]>([]);
  const [connected, setConnected] = useState(false);
  const refresh = useRef(() => {});

  useEffect(() => {
    const look = once(async () => {
      const [nextState, nextReport] = await Promise.all([
        readState(),
        withCoverage ? readCoverage() : undefined,
      ]);
      setState(nextState);
      if (nextReport) setReport((known) => (known && sameBut(known, nextReport) ? known : nextReport));
    });
    refresh.current = look;
    look();
    const timer = setInterval(look, poll_ms);
    const stream = new EventSource("/api/stream");
    let pending: ReturnType<typeof setTimeout> | undefined;
    stream.addEventListener("hello", () => {
      setConnected(true);
      readEvents().then(setEvents, () => setConnected(false));
    });
    stream.addEventListener("events", ({ data }) => {
      const fresh: LoggedEvent[] = JSON.parse(data);
      setEvents((known) =>
        [...known, ...fresh.filter(({ number }) => number > (known.at(-1)?.number ?? 0))].slice(-most),
      );
      pending ??= setTimeout(() => {
        pending = undefined;
        look();
      }, soon_ms);
    });
    stream.addEventListener("error", () => setConnected(false));
    return () => {
      clearInterval(timer);
      clearTimeout(pending);
      stream.close();
    };
  }, [withCoverage]);

  return { state, report, events, connected, refresh: () => refresh.current() };
}

/** Reports that differ in nothing but the time need no new drawing. */
function sameBut(known: CoverageReport, next: CoverageReport): boolean {
  const text = (report: CoverageReport) =>
    JSON.stringify({
      ...report,
      generated_at: "",
      projects: report.projects.map((project) => ({
        ...project,
        resources: project.resources.map((resource) => ({ ...resource, newest_good_age_hours: 0 })),
      })),
    });
  return text(known) === text(next);
}

/** One look at a time; whoever asks meanwhile causes one more after it. */
function once(work: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const run = () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    work()
      // The console has ended or restarts; the stream says so, and the next look tries again.
      .catch(() => undefined)
      .finally(() => {
        running = false;
        if (again) {
          again = false;
          run();
        }
      });
  };
  return run;
}
