import { nightRecord } from "../../shared/checkpoints/night.ts";
import { planNight } from "../../shared/checkpoints/plan-night.ts";
import { scheduleOf } from "../../shared/checkpoints/rule-history.ts";
import type { CheckpointRule, Project } from "../../shared/estate/estate.ts";
import { previousTime } from "../../shared/estate/previous-time.ts";
import { raise } from "../../shared/work/alert.ts";
import type { SettleDeps } from "./settle-project.ts";

/** A schedule that is later than this has not fired: the scheduler itself tries for an hour. */
const missedAfter_ms = 20 * 60_000;

/**
 * Backfills the latest night of each rule if it was never planned: the scheduler was off, the deployment broken, the
 * provider down. Only the most recent one: two checkpoints of the same moment are worth no more than one. `since_ms` says
 * by rule since when its present schedule is in force; what was due before is no missed night. Returns the nights that
 * were backfilled.
 */
export async function catchUp(
  deps: SettleDeps,
  project: Project,
  since_ms: ReadonlyMap<string, number>,
): Promise<string[]> {
  const backfilled: string[] = [];
  for (const rule of project.checkpoints) {
    const missed = await missedNight(deps, project, rule, since_ms.get(rule.name));
    if (!missed) continue;
    const { ledger, publisher, clock, provider } = deps;
    const { fresh } = await planNight(
      { ...deps, vaults: (unreadable) => provider.listVaults.all({}, { unreadable }) },
      { project, rule, scheduled_at: missed, late: true },
    );
    if (fresh) backfilled.push(`${missed} ${rule.name}`);
    const text = `The night ${missed} of rule ${rule.name} was not planned when it was due; it was backfilled at ${new Date(clock.now()).toISOString()}. Look at the scheduler and at the log of plan-checkpoints.`;
    const told = { ledger, publisher, now_ms: clock.now() };
    await raise(told, {
      project: project.name,
      subject: `${missed} ${rule.name}`,
      cause: "night-missed",
      text,
    });
  }
  return backfilled;
}

async function missedNight(
  { ledger, clock }: SettleDeps,
  project: Project,
  rule: CheckpointRule,
  since_ms = clock.now(),
): Promise<string | undefined> {
  const now_ms = clock.now();
  const { cron, timezone } = scheduleOf(rule, project);
  const scheduled_at = previousTime(cron, timezone, now_ms - missedAfter_ms);
  if (!scheduled_at) return undefined;
  const night = await nightRecord.read(ledger, { project: project.name, rule: rule.name, scheduled_at });
  if (!night) return Date.parse(scheduled_at) < since_ms ? undefined : scheduled_at;
  // A night that was begun and never finished is begun again, whenever its rule was first heard of here; everything in
  // it is safe to repeat.
  const { state, planned_at_ms } = night.value;
  return state === "planning" && now_ms - planned_at_ms > missedAfter_ms ? scheduled_at : undefined;
}
