import type { Backup } from "../api/operations/cbr/backup.ts";
import { type SlotId, slotInName } from "../checkpoints/name.ts";
import { type Slot, slotsOfNight, slotsOfVault } from "../checkpoints/slot.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { ownCheckpoints } from "./ownership.ts";

type VaultId = Pick<SlotId, "project" | "vault_id">;
type Named = Pick<Backup, "name" | "checkpoint_id" | "parent_id">;

/**
 * The slots that prove which of a vault's backups are ours: all that the vault ever had, and those of other vaults that
 * made what has moved here with its resource. A name only says where to look: the checkpoint in the record is the proof.
 */
export async function slotsBehind(
  ledger: Ledger,
  vault: VaultId,
  backups: readonly Named[],
): Promise<Slot[]> {
  const slots = await valuesOf(slotsOfVault(ledger, vault));
  const known = ownCheckpoints(slots);
  const strangers = backups.flatMap(({ name, checkpoint_id, parent_id }) => {
    const named = parent_id ? undefined : slotInName(name);
    return named && checkpoint_id && !known.has(checkpoint_id) ? [{ ...named, checkpoint_id }] : [];
  });
  const elsewhere = Map.groupBy(strangers, ({ mark }) => mark);
  // Names that this vault's own attempts bear, on backups that are none of theirs, lead nowhere else.
  for (const { name } of slots.flatMap(({ attempts }) => attempts))
    elsewhere.delete(slotInName(name)?.mark ?? "");
  for (const some of elsewhere.values()) {
    const wanted = new Set(some.map(({ checkpoint_id }) => checkpoint_id));
    const made = (slot: Slot) => slot.attempts.some(({ checkpoint_id }) => wanted.has(checkpoint_id));
    const nights = new Set(some.map(({ scheduled_at }) => scheduled_at));
    const origin = await vaultOf(ledger, vault.project, nights, made);
    if (origin) slots.push(...(await valuesOf(slotsOfVault(ledger, origin))).filter(made));
  }
  return slots;
}

/** The vault in one of whose slots some of them were made. All their names bear the mark of one vault. */
async function vaultOf(
  ledger: Ledger,
  project: string,
  nights: ReadonlySet<string>,
  made: (slot: Slot) => boolean,
): Promise<VaultId | undefined> {
  for (const scheduled_at of nights) {
    for await (const { value } of slotsOfNight(ledger, { project, scheduled_at })) {
      if (made(value)) return { project, vault_id: value.vault_id };
    }
  }
  return undefined;
}

const valuesOf = async (slots: AsyncIterable<{ readonly value: Slot }>): Promise<Slot[]> =>
  (await Array.fromAsync(slots)).map(({ value }) => value);
