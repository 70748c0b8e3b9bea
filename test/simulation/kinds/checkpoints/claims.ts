import type { Backup } from "../../../../infra/local/provider/world/model.ts";
import type { Slot } from "../../../../shared/checkpoints/slot.ts";
import type { Violation } from "../../night/kind.ts";
import type { Stage } from "../../night/stage.ts";
import { type DueNight, isDisturbed } from "./expected.ts";
import { isAttemptOf } from "./names.ts";
import type { Refusals } from "./refusals.ts";
import { isGood } from "./safety.ts";

/** What is said of a settled slot must be true at the provider. */
export function checkClaims(stage: Stage, night: DueNight, slot: Slot, refusals: Refusals): Violation[] {
  const { vault_id } = slot;
  const wrong = (what: string, ...about: string[]): Violation => ({
    rule: "report",
    about: [vault_id, ...about],
    what: `slot ${night.scheduled_at} of vault ${vault_id} (${describe(slot)}): ${what}`,
  });
  const backups = backupsOf(stage, night, slot);
  const violations: Violation[] = [];
  const { settled } = slot.work;
  for (const id of slot.resources) {
    const claimed = slot.covered[id];
    const failure = slot.failure[id];
    const good = backups.filter((backup) => backup.resource_id === id && isGood(backup));
    if (claimed !== undefined) {
      if (good.some((backup) => backup.id === claimed)) continue;
      if (isGone(stage, night, slot, id)) continue;
      violations.push(
        wrong(`resource ${id} is said to be covered by ${claimed}, which is no good backup of it`, id),
      );
    } else if (settled !== null && settled.outcome !== "skipped") {
      const early = good.find(({ protected: at }) => at !== undefined && at < settled.at_ms - sight_ms);
      const unknown = settled.reason?.includes("not known") === true;
      if (early !== undefined && !unknown) {
        violations.push(wrong(`resource ${id} is said to have no backup, and ${early.id} is a good one`, id));
      }
      if (
        failure !== undefined &&
        !refusals.get(vault_id)?.has(failure.code) &&
        !isTrue(stage, night, slot, failure.code, id)
      ) {
        violations.push(
          wrong(`resource ${id} is said to have failed with ${failure.code}, which nobody said`, id),
        );
      }
    }
  }
  const code = settled?.code;
  const known = code && Object.values(slot.failure).some((failure) => failure.code === code);
  if (code && !known && code !== "stuck" && !refusals.get(vault_id)?.has(code)) {
    violations.push(wrong(`it is said to have ended with ${code}, which the provider never said`));
  }
  return violations;
}

const describe = ({ work: { state, attempt, settled } }: Slot) =>
  settled === null
    ? `${state}, attempt ${attempt}`
    : `${settled.outcome}, ${settled.code}, ${settled.reason}`;

/** What has just ended may not have been seen yet. */
const sight_ms = 10 * 60_000;

function backupsOf(stage: Stage, { account, scheduled_at }: DueNight, { vault_id }: Slot): Backup[] {
  return account.world.backups.newest(
    (backup) => backup.vault_id === vault_id && isAttemptOf(stage, backup.name, scheduled_at),
  );
}

/** Whether somebody has taken the resource, its vault or the backup away since, or the backup was pruned. */
function isGone(stage: Stage, { account, at_ms }: DueNight, slot: Slot, resource_id: string): boolean {
  const claimed = slot.covered[resource_id];
  if (claimed !== undefined && (stage.deletions.has(claimed) || stage.deletedByHand.backups.has(claimed)))
    return true;
  const { vault_id } = slot;
  const vault = account.world.vaults.get(vault_id);
  const held = vault?.resources.get(resource_id);
  const leaving = vault?.status === "deleting" || held?.protect_status === "removing";
  return (held === undefined || leaving) && isDisturbed(stage, vault_id, at_ms, stage.time.now());
}

/** Whether the provider said so of the resource, in a task or in a checkpoint that left it out. */
function isTrue(
  stage: Stage,
  { account, scheduled_at }: DueNight,
  slot: Slot,
  code: string,
  resource_id: string,
): boolean {
  const { world } = account;
  const ours = world.checkpoints.newest(
    ({ vault_id, name }) => vault_id === slot.vault_id && isAttemptOf(stage, name, scheduled_at),
  );
  if (ours.some(({ skipped }) => skipped.some((one) => one.id === resource_id && one.code === code)))
    return true;
  const ids = new Set(ours.map(({ id }) => id));
  const tasks = world.tasks.newest(
    ({ checkpoint_id, subject }) =>
      checkpoint_id !== null && ids.has(checkpoint_id) && subject.resource?.id === resource_id,
  );
  if (code === "no-task") return tasks.length < ids.size;
  return tasks.some(({ status, error_code }) => status === code || error_code === code);
}
