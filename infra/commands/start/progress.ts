import { createLogUpdate } from "log-update";
import color from "picocolors";
import type { EngineEvent } from "../../local/functions/events.ts";
import type { Progress } from "./night.ts";

/** Tells a person how the night goes: one live line on a terminal, plain lines elsewhere; all of it on stderr. */
export interface ProgressReport {
  show(progress: Progress): void;
  /** Something worth a line of its own. */
  note(line: string): void;
  end(): void;
}

/** Real time between two plain lines at least, in milliseconds. */
const PLAIN_MS = 1_000;

const BAR = 30;

export function progressReport(stream: NodeJS.WriteStream, timeZone: string): ProgressReport {
  const clockOf = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  const write = (line: string) => stream.write(`${line}\n`);
  const text = ({ at_ms, planned, posted, settled, skipped }: Progress) =>
    `${clockOf.format(at_ms)}  planned ${planned}  posted ${posted}  settled ${settled}  skipped ${skipped}`;
  if (!stream.isTTY) {
    let last = "";
    let last_ms = Number.NEGATIVE_INFINITY;
    return {
      show(progress) {
        const counts = JSON.stringify({ ...progress, at_ms: 0 });
        if (counts === last || performance.now() - last_ms < PLAIN_MS) return;
        last = counts;
        last_ms = performance.now();
        write(text(progress));
      },
      note: write,
      end: () => undefined,
    };
  }
  const live = createLogUpdate(stream);
  return {
    show(progress) {
      const share = progress.planned === 0 ? 0 : progress.settled / progress.planned;
      const done = Math.round(share * BAR);
      live(`${color.green("█".repeat(done))}${color.dim("░".repeat(BAR - done))}  ${text(progress)}`);
    },
    note(line) {
      live.clear();
      write(line);
    },
    end: () => live.clear(),
  };
}

/** What of the engine's events a person should see: only what is not as it should be. */
export function noteOf(event: EngineEvent): string | undefined {
  switch (event.type) {
    case "function-ended":
      return event.error && `${event.function} failed: ${event.error.type}: ${event.error.message}`;
    case "denied":
      return `refused: ${event.principal} may not ${event.action} on ${event.resource}`;
    case "dead-lettered":
      return `${event.count} message(s) moved to ${event.queue}`;
    case "engine-problem":
      return `the local engine has a problem: ${event.message}`;
    default:
      return undefined;
  }
}
