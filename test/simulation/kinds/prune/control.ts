import type { Stage } from "../../night/stage.ts";

/** What people have forbidden, and since when. */
export interface Control {
  /** Since when the stop flag is set; undefined while it is not. */
  stoppedSince_ms: number | undefined;
  /** The times at which it was set. */
  readonly stops: { readonly from_ms: number; until_ms: number }[];
  readonly holds: Map<string, { readonly from_ms: number }>;
  /** When the stop flag was taken off last. */
  resumedAt_ms: number;
  setStop(now_ms: number, stopped: boolean): void;
}

const controls = new WeakMap<Stage, Control>();

export function control(stage: Stage): Control {
  const known = controls.get(stage);
  if (known !== undefined) return known;
  const fresh: Control = {
    stoppedSince_ms: undefined,
    stops: [],
    holds: new Map(),
    resumedAt_ms: Number.NEGATIVE_INFINITY,
    setStop(now_ms, stopped) {
      if (!stopped) {
        if (fresh.stoppedSince_ms !== undefined) fresh.resumedAt_ms = now_ms;
        fresh.stoppedSince_ms = undefined;
        for (const stop of fresh.stops) stop.until_ms = Math.min(stop.until_ms, now_ms);
        return;
      }
      if (fresh.stoppedSince_ms === undefined)
        fresh.stops.push({ from_ms: now_ms, until_ms: Number.POSITIVE_INFINITY });
      fresh.stoppedSince_ms ??= now_ms;
    },
  };
  controls.set(stage, fresh);
  return fresh;
}
