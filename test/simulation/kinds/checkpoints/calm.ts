import { isAvailable, type Slot } from "../../../../shared/checkpoints/slot.ts";
import type { Stage } from "../../night/stage.ts";
import { type DueNight, isDisturbed } from "./expected.ts";
import { takesTurns } from "./many-rules.ts";

/** So long before its deadline the fault profile must have been calm for a vault to be certain of its checkpoint. */
const enough_ms = 3 * 3_600_000;
const soon_ms = 30 * 60_000;

/** Whether a slot ended without a checkpoint although nothing stood in its way for long enough. */
export function mustBeCovered(stage: Stage, night: DueNight, slot: Slot): boolean {
  const { calmSince_ms } = stage.conditions;
  if (isAvailable(slot) || takesTurns(night.rule)) return false;
  if (slot.deadline_at_ms - Math.max(calmSince_ms, night.at_ms) < enough_ms) return false;
  if (isDisturbed(stage, slot.vault_id, night.at_ms, slot.deadline_at_ms)) return false;
  // The provider itself has said that trying again cannot help.
  const needless = (id: string) =>
    slot.covered[id] !== undefined || slot.failure[id]?.final || isRefused(night, id);
  if (slot.resources.every(needless)) return false;
  // What began under a bad fault profile may run on in the vault for hours, and may fail at last.
  const leftovers = night.account.world.tasks.newest(
    ({ vault_id, created, ended = Number.POSITIVE_INFINITY }) =>
      vault_id === slot.vault_id && created < calmSince_ms && ended > calmSince_ms + soon_ms,
  );
  return leftovers.length === 0;
}

const isRefused = ({ account }: DueNight, resource_id: string) =>
  account.world.resources.get(resource_id)?.refused_code !== undefined;
