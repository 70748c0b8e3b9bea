import { nightRecord } from "../../../shared/checkpoints/night.ts";
import { type Slot, slotsOfNight } from "../../../shared/checkpoints/slot.ts";
import { sleep, systemClock } from "../../../shared/core/clock.ts";
import { type NightSummary, summarizeNight } from "../../../shared/report/night.ts";
import type { Demo } from "./demo.ts";

/** How far a night has come. Numbers count vaults. */
export interface Progress {
  /** The demo's time, epoch milliseconds. */
  readonly at_ms: number;
  readonly planned: number;
  /** Accepted by the provider at least once. */
  readonly posted: number;
  readonly settled: number;
  readonly skipped: number;
}

/** What a night came to, as `npm start` reports it. */
export interface NightResult extends NightSummary {
  /** The scheduled time, in UTC. */
  readonly night: string;
  /** Calls of the provider, by operation. */
  readonly apiCalls: Readonly<Record<string, number>>;
  /** Real time from the evening to the night's end, in milliseconds. */
  readonly durationMs: number;
  /** The same in the demo's own time, in minutes. */
  readonly nightMinutes: number;
}

/** Real time between two looks at the ledger, in milliseconds. */
const LOOK_MS = 200;

/** A night that is not settled so long after its deadline is reported as it is, in the demo's time. */
const PATIENCE_MS = 75 * 60_000;

/** Watches tonight's cycle until every night that was due is closed; throws the signal's reason when it is aborted. */
export async function watchNight(
  demo: Demo,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<NightResult> {
  const begun_ms = performance.now();
  const scheduled_at = new Date(demo.night_ms).toISOString().replace(/\.\d{3}Z$/, "Z");
  const [project] = demo.estate.projects;
  if (!project) throw new Error("the estate has no project");
  const last_ms = Math.max(...project.checkpoints.map(({ deadline_minutes }) => deadline_minutes * 60_000));
  for (;;) {
    signal.throwIfAborted();
    const slots = await readSlots(demo, project.name, scheduled_at);
    onProgress(progressOf(slots, demo.engine.clock.now()));
    const closed = await isClosed(demo, project, scheduled_at);
    if (closed || demo.engine.clock.now() > demo.night_ms + last_ms + PATIENCE_MS)
      return {
        night: scheduled_at,
        ...summarizeNight(await readSlots(demo, project.name, scheduled_at)),
        apiCalls: callsOf(demo),
        durationMs: Math.round(performance.now() - begun_ms),
        nightMinutes: Math.round((demo.engine.clock.now() - demo.night_ms) / 60_000),
      };
    await sleep(systemClock, LOOK_MS, signal);
  }
}

async function readSlots({ ledger }: Demo, project: string, scheduled_at: string): Promise<Slot[]> {
  const slots: Slot[] = [];
  for await (const { value } of slotsOfNight(ledger, { project, scheduled_at })) slots.push(value);
  return slots;
}

function progressOf(slots: readonly Slot[], at_ms: number): Progress {
  const skipped = slots.filter(({ work }) => work.settled?.outcome === "skipped").length;
  const settled = slots.filter(({ work }) => work.state === "settled").length;
  return {
    at_ms,
    planned: slots.length - skipped,
    posted: slots.filter(({ attempts }) => attempts.length > 0).length,
    settled: settled - skipped,
    skipped,
  };
}

/** Whether every rule that was due at that time has its night, and all of them are closed. */
async function isClosed(
  { ledger }: Demo,
  project: Demo["estate"]["projects"][number],
  scheduled_at: string,
): Promise<boolean> {
  const nights = await Promise.all(
    project.checkpoints.map(({ name }) =>
      nightRecord.read(ledger, { project: project.name, rule: name, scheduled_at }),
    ),
  );
  const due = nights.filter((night) => night !== undefined);
  return due.length > 0 && due.every(({ value }) => value.state === "closed");
}

/** Calls of the provider so far, by operation. */
export function callsOf({ cloud }: Demo): Record<string, number> {
  const counts = Object.entries(cloud.calls.counts()).sort(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(
    counts.map(([operation, byStatus]) => [
      operation,
      Object.values(byStatus).reduce((sum, count) => sum + count, 0),
    ]),
  );
}
