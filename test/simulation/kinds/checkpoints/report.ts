import { liveCoverage } from "../../../../infra/local/console/live-coverage.ts";
import type { Slot } from "../../../../shared/checkpoints/slot.ts";
import type { CoverageReport, ResourceCoverage } from "../../../../shared/report/schema.ts";
import type { Account } from "../../night/account.ts";
import type { Violation } from "../../night/kind.ts";
import type { Stage } from "../../night/stage.ts";
import { type DueNight, isDisturbed } from "./expected.ts";
import { isAttemptOf } from "./names.ts";
import { isGood } from "./safety.ts";

/** The report as people would get it of one account now. */
export function reportOf({ estate, ledger }: Stage, { name, cloud }: Account): Promise<CoverageReport> {
  const projects = estate.projects.filter((project) => project.name === name);
  return liveCoverage({ estate: { ...estate, projects }, ledger: ledger.table, cloud });
}

/** The report says of every resource when it was last backed up: asked of the provider. */
export function checkNewest({ world, name }: Account, report: CoverageReport): Violation[] {
  const violations: Violation[] = [];
  for (const { id, newest_good_at } of report.projects.flatMap(({ resources }) => resources)) {
    const backups = world.backups.newest(({ resource_id }) => resource_id === id);
    // Whether one that is just being restored or deleted is good may be said either way.
    if (backups.some(({ status }) => status !== "available" && status !== "error")) continue;
    const newest_ms = Math.max(...backups.filter(isGood).map(({ created }) => created));
    const told_ms = newest_good_at === null ? Number.NEGATIVE_INFINITY : Date.parse(newest_good_at);
    // The provider tells its times to the second or finer.
    if (told_ms === newest_ms || Math.abs(told_ms - newest_ms) < 1000) continue;
    const what = `resource ${id} of ${name} was last backed up at ${newest_ms}, and the report says ${newest_good_at}`;
    violations.push({ rule: "report", about: [id], what });
  }
  return violations;
}

/** What a night's slot did not get is in the report with a reason, and what it got is not said to be missing. */
export function checkAbsences(
  stage: Stage,
  night: DueNight,
  slot: Slot,
  report: CoverageReport,
): Violation[] {
  if (slot.work.settled?.outcome === "skipped") return [];
  if (isDisturbed(stage, slot.vault_id, night.at_ms, stage.time.now())) return [];
  const resources = new Map(report.projects.flatMap((one) => one.resources.map((each) => [each.id, each])));
  return slot.resources.flatMap((id) => {
    const told = resources.get(id);
    const what = told ? wrongAbout(stage, night, slot, told) : "is not in the report at all";
    if (what === undefined) return [];
    const subject = `resource ${id} of vault ${slot.vault_id}, night ${slot.scheduled_at} of rule ${slot.rule},`;
    return [{ rule: "report", about: [id, slot.vault_id], what: `${subject} ${what}` }];
  });
}

function wrongAbout(
  stage: Stage,
  { account }: DueNight,
  slot: Slot,
  { id, failures }: ResourceCoverage,
): string | undefined {
  const failure = failures.find(
    ({ rule, scheduled_at, state }) =>
      rule === slot.rule && scheduled_at === slot.scheduled_at && state !== "late",
  );
  const good = account.world.backups.newest(
    (backup) =>
      backup.resource_id === id &&
      backup.vault_id === slot.vault_id &&
      isAttemptOf(stage, backup.name, slot.scheduled_at) &&
      isGood(backup),
  );
  // What is said to be covered is checked with the slot's other claims.
  if (slot.covered[id] !== undefined) return failure && `is covered, and reported as ${failure.state}`;
  if (good.length > 0) return undefined;
  if (failure === undefined) return "has no backup, and the report does not say so";
  return failure.reason === "" ? "has no backup, and the report gives no reason" : undefined;
}
