import { findCode } from "../../../shared/api/errors/codes.ts";
import { choose } from "../../../shared/checkpoints/choose.ts";
import { attemptName } from "../../../shared/checkpoints/name.ts";
import { nightRecord } from "../../../shared/checkpoints/night.ts";
import { type Slot, slotRecord } from "../../../shared/checkpoints/slot.ts";
import type { CheckpointRule, Estate, Project } from "../../../shared/estate/estate.ts";
import { previousTime } from "../../../shared/estate/previous-time.ts";
import type { Ledger } from "../../../shared/ledger/ledger.ts";
import { localDate } from "../../../shared/report/dates.ts";
import { rememberUsage } from "../../../shared/report/usage.ts";
import { plan, settle } from "../../../shared/work/transitions.ts";
import type { Cloud } from "../../local/provider/service.ts";
import { vaultView } from "../../local/provider/view/vault.ts";
import { type SeededRandom, seededRandom } from "../../local/provider/world/random.ts";

/** Of nights that nobody planned. */
const deployment = "pictures";

/** Codes that a resource's backup may end with, and how it is told. */
const mishaps = ["BackupService.7103", "BackupService.7203", "BackupService.7101"] as const;

/**
 * Writes nights that never were into the ledger of a demo, so that pictures show what a month looks like: most went
 * well, some resources failed, one night was late, and one was never planned.
 */
export async function writePastNights(
  { estate, ledger, cloud }: { readonly estate: Estate; readonly ledger: Ledger; readonly cloud: Cloud },
  { before_ms, nights, seed }: { readonly before_ms: number; readonly nights: number; readonly seed: number },
): Promise<void> {
  const random = seededRandom(seed);
  for (const project of estate.projects) {
    for (const rule of project.checkpoints) {
      const zone = rule.schedule.timezone ?? project.timezone;
      let scheduled_at = previousTime(rule.schedule.cron, zone, before_ms - 1);
      for (let ago = 1; ago <= nights && scheduled_at; ago++) {
        if (ago !== neverPlanned)
          await writeNight({ ledger, cloud, random, project, rule, scheduled_at, late: ago === lateNight });
        scheduled_at = previousTime(rule.schedule.cron, zone, Date.parse(scheduled_at) - 1);
      }
    }
  }
}

const neverPlanned = 17;
const lateNight = 9;

interface PastNight {
  readonly ledger: Ledger;
  readonly cloud: Cloud;
  readonly random: SeededRandom;
  readonly project: Project;
  readonly rule: CheckpointRule;
  readonly scheduled_at: string;
  readonly late: boolean;
}

async function writeNight(night: PastNight): Promise<void> {
  const { ledger, cloud, project, rule, scheduled_at } = night;
  const due_ms = Date.parse(scheduled_at);
  const vaults = cloud.world.vaults.all().map(vaultView);
  const taken = choose(vaults, rule).filter((choice) => choice.take);
  for (const { vault, resources } of taken) {
    await slotRecord.create(ledger, pastSlot(night, vault, resources));
  }
  await nightRecord.create(ledger, {
    project: project.name,
    rule: rule.name,
    scheduled_at,
    deadline_at_ms: due_ms + rule.deadline_minutes * 60_000,
    state: "closed",
    planned_at_ms: due_ms,
    closed_at_ms: due_ms + 3_600_000,
    late: false,
    selected: taken.length,
    skipped: 0,
    unselected: vaults.length - taken.length,
    advice: "",
  });
}

function pastSlot(
  { random, project, rule, scheduled_at, late }: PastNight,
  vault: { readonly id: string; readonly name: string },
  resources: readonly string[],
): Slot {
  const due_ms = Date.parse(scheduled_at);
  const deadline_at_ms = due_ms + rule.deadline_minutes * 60_000;
  const failed = resources.filter(() => random.fraction() < 0.002);
  const failure = Object.fromEntries(failed.map((id) => [id, mishap(random)]));
  const good = resources.filter((id) => !failed.includes(id));
  const id = { project: project.name, vault_id: vault.id, scheduled_at };
  const ended_ms =
    (late && random.fraction() < 0.4 ? deadline_at_ms : due_ms) + random.between(8, 40) * 60_000;
  return {
    ...id,
    deployment,
    rule: rule.name,
    vault_name: vault.name,
    deadline_at_ms,
    after: null,
    incremental: rule.incremental,
    resources: [...resources],
    named: false,
    work: settle(plan(due_ms), { now_ms: ended_ms, outcome: failed.length === 0 ? "done" : "partial" }),
    attempts: [
      {
        attempt: 1,
        name: attemptName({ ...id, deployment }, 1),
        checkpoint_id: random.id(),
        at_ms: due_ms + 60_000,
        resources: [...resources],
      },
    ],
    covered: Object.fromEntries(good.map((resource) => [resource, random.id()])),
    failure,
  };
}

function mishap(random: SeededRandom) {
  const code = mishaps[random.between(0, mishaps.length - 1)] ?? mishaps[0];
  return { code, reason: findCode("cbr", code)?.message ?? "it failed", attempt: 2, final: true };
}

/** Writes what the vaults held on the days before: a little less every day that one goes back. */
export async function writePastUsage(
  {
    estate,
    ledger,
    cloud: { world },
  }: { readonly estate: Estate; readonly ledger: Ledger; readonly cloud: Cloud },
  { before_ms, days }: { readonly before_ms: number; readonly days: number },
): Promise<void> {
  for (const project of estate.projects) {
    for (let ago = 1; ago <= days; ago++) {
      const now_ms = before_ms - ago * 86_400_000;
      const used = world.vaults
        .all()
        .map(({ id, used_mb }) => ({ id, used_mb: Math.round(used_mb * (1 - 0.008 * ago)) }));
      const date = localDate(now_ms, project.timezone);
      await rememberUsage(ledger, { project: project.name, date, now_ms }, used);
    }
  }
}
