import { nightsOf } from "../../../../shared/checkpoints/night.ts";
import { isAvailable, type Slot, slotsOfNight } from "../../../../shared/checkpoints/slot.ts";
import type { MetricName } from "../../../../shared/lambda/measures.ts";
import type { Violation } from "../../night/kind.ts";
import type { Stage } from "../../night/stage.ts";

/** Those that end slots. */
const counting = ["settle-checkpoints", "create-checkpoint"];
/** What one run of them takes at most. */
const run_ms = 250_000;
/** Clocks of functions are not quite right. */
const slack_ms = 10_000;

/** Alarms ring by what is measured: every slot that ended without its checkpoint counts once, and no other does. */
export async function wrongMeasures(stage: Stage): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { name } of stage.accounts) {
    const failed = await failedSlots(stage, name);
    const counted = measured(stage, name, "SlotsFailed").reduce((sum, { value }) => sum + value, 0);
    if (counted > failed.length) {
      const what = `${counted} failed slots of ${name} were measured, and there are ${failed.length}`;
      violations.push({ rule: "told", about: [name], what });
    }
    for (const { vault_id, scheduled_at, work } of failed) {
      if (work.settled === null || isMeasured(stage, name, work.settled.at_ms)) continue;
      const { outcome, code, at_ms } = work.settled;
      const what = `slot ${scheduled_at} of vault ${vault_id} failed (${outcome}, ${code}), and was never measured`;
      violations.push({ rule: "told", about: [vault_id], what, at_ms: at_ms + run_ms });
    }
  }
  return violations;
}

/** Whether a failure of that time was measured, or lost with a run that did not come to its end. */
function isMeasured(stage: Stage, project: string, at_ms: number): boolean {
  const soon = (metric: MetricName) =>
    measured(stage, project, metric).some(
      (one) => one.value > 0 && one.at_ms >= at_ms - slack_ms && one.at_ms <= at_ms + run_ms,
    );
  const lost = [...stage.unmeasured].some(
    (run) => counting.includes(run.name) && run.at_ms >= at_ms - run_ms && run.at_ms <= at_ms + slack_ms,
  );
  return lost || soon("SlotsFailed") || soon("ProjectsFailed");
}

const measured = ({ measures }: Stage, project: string, metric: MetricName) =>
  measures.filter((one) => one.project === project && one.name === metric);

async function failedSlots({ ledger }: Stage, project: string): Promise<Slot[]> {
  const nights = await Array.fromAsync(nightsOf(ledger.table, project));
  const times = new Set(nights.map(({ value }) => value.scheduled_at));
  const failed: Slot[] = [];
  for (const scheduled_at of times) {
    for await (const { value } of slotsOfNight(ledger.table, { project, scheduled_at })) {
      const { settled } = value.work;
      if (settled !== null && settled.outcome !== "skipped" && !isAvailable(value)) failed.push(value);
    }
  }
  return failed;
}
