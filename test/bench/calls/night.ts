import { summarizeNight } from "../../../shared/report/night.ts";
import { nightOverHttp } from "../../support/night-over-http.ts";

const minute_ms = 60_000;
/** The settle schedule's. */
const interval_ms = 5 * minute_ms;
/** Backups of some size: every slot is looked after four times before it ends. */
const settings = { backup_ms: [19 * minute_ms, 20 * minute_ms], wait_ms: [1_000, 2_000] } as const;

export interface CountedNight {
  readonly selected: number;
  /** Of the selected vaults: one task each. */
  readonly resources: number;
  /** Calls of the provider by operation. */
  readonly calls: Readonly<Record<string, number>>;
}

/**
 * The demo's night with all its special cases, by the real jobs and the real client, in the virtual time of a test:
 * how many calls the provider sees depends on nothing that the machine does.
 */
export async function countedNight(vaults: number): Promise<CountedNight> {
  const night = await nightOverHttp({
    vaults,
    settings: { backup_ms: [...settings.backup_ms], wait_ms: [...settings.wait_ms] },
  });
  try {
    await night.plan();
    await night.deliver();
    const deadline_ms = night.clock.now() + 12 * 60 * minute_ms;
    for (let open = true; open; ) {
      if (night.clock.now() > deadline_ms) throw new Error("the night is still open after twelve hours");
      night.later(interval_ms);
      const { demo } = await night.settle();
      await night.deliver();
      open = demo === "failed" || demo === undefined || demo.open > 0;
    }
    const slots = await night.slots();
    const { selected, goalsMet } = summarizeNight(slots);
    if (!goalsMet) throw new Error("the night has missed a goal: its calls say nothing");
    const resources = slots.reduce((sum, slot) => sum + slot.resources.length, 0);
    return { selected, resources, calls: night.calls() };
  } finally {
    await night.close();
  }
}
