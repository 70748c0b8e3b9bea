import { nightRecord, nightsOf } from "../../../../shared/checkpoints/night.ts";
import { type Slot, slotsOfNight } from "../../../../shared/checkpoints/slot.ts";
import type { CoverageReport } from "../../../../shared/report/schema.ts";
import type { Told } from "../../models/notifier.ts";
import type { InvariantChecker, Violation } from "../../night/kind.ts";
import type { Stage } from "../../night/stage.ts";
import { mustBeCovered } from "./calm.ts";
import { checkClaims } from "./claims.ts";
import { delayedByOthers } from "./delayed.ts";
import { type DueNight, isDisturbed, mayBeUnplanned, type Nights, watchNights } from "./expected.ts";
import { wrongMeasures } from "./measured.ts";
import { watchPosts } from "./posts.ts";
import { type Refusals, watchRefusals } from "./refusals.ts";
import { checkAbsences, checkNewest, reportOf } from "./report.ts";
import { checkOnce } from "./safety.ts";
import { watchSummaries } from "./summaries.ts";

const hour_ms = 3_600_000;
/** A night that was due so shortly before the end need not be over. */
const unfinished_ms = 14 * hour_ms;

/** Watches the checkpoints of every night. */
export function watchCheckpoints(stage: Stage): InvariantChecker {
  const nights = watchNights(stage);
  const refusals = watchRefusals(stage);
  const broken = [watchPosts(stage), watchSummaries(stage, nights)];
  return {
    async daily() {
      const violations: Violation[] = broken.flatMap((found) => found.splice(0));
      for (const account of stage.accounts) {
        account.world.advance(account.cloud.clock.now());
        violations.push(...checkOnce(account));
      }
      violations.push(...(await inventedNights(stage, nights)));
      for (const night of nights.due) {
        for (const slot of await slotsOf(stage, night))
          violations.push(...checkClaims(stage, night, slot, refusals));
      }
      return violations;
    },
    async final() {
      const violations: Violation[] = [];
      violations.push(...(await wrongMeasures(stage)));
      for (const account of stage.accounts) {
        const report = await reportOf(stage, account);
        violations.push(...checkNewest(account, report));
        for (const night of nights.due) {
          if (night.account !== account || night.at_ms > stage.time.now() - unfinished_ms) continue;
          violations.push(...(await checkNight(stage, night, { nights: nights.due, refusals, report })));
          for (const slot of await slotsOf(stage, night))
            violations.push(...checkAbsences(stage, night, slot, report));
        }
      }
      return violations;
    },
  };
}

async function slotsOf({ ledger }: Stage, { project, rule, scheduled_at }: DueNight): Promise<Slot[]> {
  const slots = await Array.fromAsync(slotsOfNight(ledger.table, { project, scheduled_at }));
  return slots.map(({ value }) => value).filter((slot) => slot.rule === rule);
}

/** No night was planned that was never due. */
async function inventedNights({ accounts, ledger }: Stage, nights: Nights): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { name } of accounts) {
    for await (const { value } of nightsOf(ledger.table, name)) {
      if (nights.mayExist(value)) continue;
      const what = `night ${value.scheduled_at} of rule ${value.rule} in ${name} was planned, and was never due`;
      violations.push({ rule: "night", about: [value.scheduled_at], what });
    }
  }
  return violations;
}

/** What is known at the end, of all nights. */
interface Known {
  readonly nights: readonly DueNight[];
  readonly refusals: Refusals;
  /** Of the night's project. */
  readonly report: CoverageReport;
}

/** The night was planned and has ended, every vault that was to be covered is spoken of, and people were told. */
async function checkNight(
  stage: Stage,
  night: DueNight,
  { nights, refusals, report }: Known,
): Promise<Violation[]> {
  const { project, rule, scheduled_at } = night;
  const wrong = (what: string, about = scheduled_at): Violation => ({
    rule: "night",
    about: [about],
    what: `night ${scheduled_at} of rule ${rule} in ${project} ${what}`,
  });
  const record = (await nightRecord.read(stage.ledger.table, { project, rule, scheduled_at }))?.value;
  if (record === undefined) {
    if (mayBeUnplanned(stage, night)) return [];
    // Where nothing worked before the rule's next night nobody plans it any more, and the report says so.
    // Of a rule that is gone since it says nothing.
    const isTold = isReportedAsUnplanned(report, night) || !isDeployed(stage, night);
    return isTold && !isCalmEnough(stage, night, nights) ? [] : [wrong("was never planned")];
  }
  const slots = await slotsOf(stage, night);
  const violations: Violation[] = [];
  if (record.state !== "closed") {
    const open = slots.filter(({ work }) => work.state !== "settled").map(({ vault_id }) => vault_id);
    violations.push(wrong(`is still ${record.state}; open: ${open.join(", ")}`, open[0]));
  }
  const summaries = stage.topic.told.filter(
    ({ attributes, subject }) =>
      attributes.kind === "night-summary" &&
      subject.includes(scheduled_at) &&
      subject.includes(`in ${project} `),
  );
  const leftOut = [...night.vaults].filter((vault_id) => {
    if (isDisturbed(stage, vault_id, night.at_ms, record.planned_at_ms)) return false;
    const slot = slots.find((one) => one.vault_id === vault_id);
    return slot === undefined || slot.work.settled?.outcome === "skipped";
  });
  if (!isToldAsUnplanned(summaries, leftOut.length) || isCalmEnough(stage, night, nights)) {
    for (const vault_id of leftOut)
      violations.push(wrong(`leaves out vault ${vault_id}, which was to be covered`, vault_id));
  }
  for (const { vault_id, work } of slots) {
    if (work.settled?.outcome === "skipped" || night.selected.has(vault_id)) continue;
    if (isDisturbed(stage, vault_id, night.at_ms, record.planned_at_ms)) continue;
    violations.push(wrong(`covers vault ${vault_id}, which the rule does not select`, vault_id));
  }
  const refused_ms = slots.flatMap(({ vault_id }) => [...(refusals.get(vault_id)?.values() ?? [])].flat());
  const delay = record.state === "closed" ? delayedByOthers(stage, night, record, refused_ms) : undefined;
  if (delay !== undefined) violations.push(wrong(delay));
  for (const slot of slots) {
    if (night.vaults.has(slot.vault_id) && mustBeCovered(stage, night, slot))
      violations.push(wrong(`gave vault ${slot.vault_id} up: ${slot.work.settled?.reason}`, slot.vault_id));
  }
  if (record.state === "closed" && summaries.length === 0)
    violations.push(wrong("ended, and nobody was told"));
  return violations;
}

const isDeployed = ({ estate }: Stage, { project, rule }: DueNight) =>
  estate.projects.some(
    ({ name, checkpoints }) => name === project && checkpoints.some((one) => one.name === rule),
  );

const isReportedAsUnplanned = ({ projects }: CoverageReport, { rule, scheduled_at }: DueNight) =>
  projects.some((project) =>
    project.nights.some(
      (told) => told.rule === rule && told.scheduled_at === scheduled_at && told.state === "never-planned",
    ),
  );

/** Whether people were told that the night's planner did not get so far, of at least so many vaults. */
function isToldAsUnplanned(summaries: readonly Told[], leftOut: number): boolean {
  return summaries.some(({ attributes, text }) => {
    const unplanned = Number(/^ *(\d+) vaults were never planned/m.exec(text)?.[1] ?? 0);
    return attributes.goals === "unmet" && unplanned >= leftOut;
  });
}

/** So long a night's planner needs at most once nothing stands in its way, backfilling included. */
const planning_ms = 90 * 60_000;

/** Whether the night could have been planned before the rule's next one, or the rule's end, took its chances away. */
function isCalmEnough(
  { conditions: { calmSince_ms } }: Stage,
  night: DueNight,
  nights: readonly DueNight[],
): boolean {
  const { project, rule, at_ms } = night;
  const next = nights.find((one) => one.project === project && one.rule === rule && one.at_ms > at_ms);
  const until_ms = Math.min(next?.at_ms ?? Number.POSITIVE_INFINITY, night.withdrawn_at_ms);
  return Math.max(calmSince_ms, at_ms) + planning_ms <= until_ms;
}
