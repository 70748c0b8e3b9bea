import { checkpointDue } from "../../../events/checkpoint-due.ts";
import { nightRecord } from "../../../shared/checkpoints/night.ts";
import { rerunSlot } from "../../../shared/checkpoints/rerun.ts";
import { type Slot, slotRecord, slotsOfVault } from "../../../shared/checkpoints/slot.ts";
import { projectOf, ruleOf } from "../../../shared/estate/find.ts";
import { CommandFailure } from "../fail.ts";
import type { Place } from "../place/place.ts";

/** Tries the latest slot of a vault again, if it has failed; sends its message again, if it is under way. */
export async function rerun(place: Place, vault_id: string): Promise<string[]> {
  const { ledger, clock, estate, queue } = place;
  const latest = await latestSlot(place, vault_id);
  const seen = latest && (await slotRecord.read(ledger, latest));
  if (!seen) {
    throw new CommandFailure(
      `the ledger knows no slot of a vault ${vault_id} in ${estate.projects.map(({ name }) => name).join(", ")}`,
    );
  }
  const { project, rule, scheduled_at } = seen.value;
  const deadline_ms = ruleOf(projectOf(estate, project), rule).deadline_minutes * 60_000;
  const again = rerunSlot(seen.value, { now_ms: clock.now(), deadline_ms });
  const name = `the slot ${scheduled_at} of vault ${seen.value.vault_name} (${vault_id})`;
  if ("refusal" in again) throw new CommandFailure(`${name} is not run again: ${again.refusal}`);
  const { slot } = again;
  if ((await slotRecord.replace(ledger, seen, slot)) === "conflict") {
    throw new CommandFailure(`${name} is being worked on this moment; look again in a minute`);
  }
  await reopenNight(place, slot);
  const message = { project, vault_id, scheduled_at, attempt: slot.work.attempt };
  await (await queue("checkpoints")).send([{ body: checkpointDue.create(message) }]);
  const wait_ms = slot.work.not_before_ms - clock.now();
  return [
    `Attempt ${slot.work.attempt} of ${name} is due ${wait_ms > 0 ? `in ${Math.ceil(wait_ms / 60_000)} minutes` : "now"}; its deadline is ${new Date(slot.deadline_at_ms).toISOString()}.`,
  ];
}

async function latestSlot({ ledger, estate }: Place, vault_id: string): Promise<Slot | undefined> {
  for (const { name: project } of estate.projects) {
    for await (const { value } of slotsOfVault(ledger, { project, vault_id })) return value;
  }
  return undefined;
}

/** Only the slots of open nights are looked after. */
async function reopenNight({ ledger }: Place, { project, rule, scheduled_at }: Slot): Promise<void> {
  const night = await nightRecord.read(ledger, { project, rule, scheduled_at });
  if (night?.value.state !== "closed") return;
  await nightRecord.replace(ledger, night, { ...night.value, state: "open", closed_at_ms: null });
}
