import { nightsOf } from "../../../../shared/checkpoints/night.ts";
import { isAvailable, slotsOfNight } from "../../../../shared/checkpoints/slot.ts";
import type { MetricName } from "../../../../shared/runtime/measures.ts";
import type { Violation } from "../../night/kind.ts";
import type { Stage } from "../../night/stage.ts";

/** Alarms ring by what is measured: every slot that ended without its checkpoint counts once, and no other does. */
export async function wrongMeasures(stage: Stage): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { name } of stage.accounts) {
    const failed = await failedSlots(stage, name);
    const counted = sum(stage, name, "SlotsFailed");
    const wrong = (what: string) => violations.push({ rule: "told", about: [name], what });
    if (counted > failed.length)
      wrong(`${counted} failed slots of ${name} were measured, and there are ${failed.length}`);
    // What died before it could measure is missing from the sum.
    const complete =
      counting.every((one) => (stage.unmeasured.get(one) ?? 0) === 0) &&
      sum(stage, name, "ProjectsFailed") === 0;
    if (complete && counted < failed.length)
      wrong(`${counted} failed slots of ${name} were measured, of ${failed.length}: ${failed.join(", ")}`);
  }
  return violations;
}

/** Those that end slots. */
const counting = ["settle-checkpoints", "create-checkpoint"];

const sum = ({ measures }: Stage, project: string, metric: MetricName) =>
  measures
    .filter((measure) => measure.project === project && measure.name === metric)
    .reduce((total, { value }) => total + value, 0);

async function failedSlots({ ledger }: Stage, project: string): Promise<string[]> {
  const nights = await Array.fromAsync(nightsOf(ledger.table, project));
  const times = new Set(nights.map(({ value }) => value.scheduled_at));
  const failed: string[] = [];
  for (const scheduled_at of times) {
    for await (const { value } of slotsOfNight(ledger.table, { project, scheduled_at })) {
      const { settled } = value.work;
      if (settled === null || settled.outcome === "skipped" || isAvailable(value)) continue;
      failed.push(`${value.vault_id} at ${scheduled_at} (${settled.outcome}, ${settled.code})`);
    }
  }
  return failed;
}
