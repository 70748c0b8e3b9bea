import type { Backup, Vault } from "../../../../infra/local/provider/world/model.ts";
import { isGood } from "../checkpoints/safety.ts";
import { nightly, twice } from "../checkpoints/world.ts";

/** What the estate says about one vault's backups. */
export interface Rules {
  readonly reportsOnly: boolean;
  readonly max_backups: number;
  readonly retention_duration_days: number;
  readonly day_backups: number;
  readonly failed_retention_days: number;
  readonly minimum: number;
  readonly objective_hours: number;
  readonly orphans_after_days: number | undefined;
}

/** Everything the answer rests on, as it is at the provider at the moment of the deletion. */
export interface Case {
  readonly now_ms: number;
  readonly backup: Backup;
  readonly vault: Vault | undefined;
  /** Every backup of the same resource that is ours, the one in question among them. */
  readonly own: readonly Backup[];
  readonly isOurs: boolean;
  readonly isElsewhere: boolean;
  readonly rules: Rules;
}

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;

/**
 * Why a backup must stay, said once more in the plainest way and without the product's code; undefined when it may go.
 */
export function mustStay({
  now_ms,
  backup,
  vault,
  own,
  isOurs,
  isElsewhere,
  rules,
}: Case): string | undefined {
  if (rules.reportsOnly) return "the estate says that nothing is deleted";
  if (!isOurs) return "it is not ours";
  if (backup.parent_id !== null) return "it is a part of a server's backup";
  if (backup.auto_trigger) return "a policy of the provider made it";
  if (backup.status !== "available" && backup.status !== "error") return `it is ${backup.status}`;
  if (backup.image_ids.length > 0) return "an image was made from it";
  if (backup.members.size > 0) return "it is shared";
  if (vault === undefined) return "its vault is gone";
  if (vault.locked) return "its vault is locked";
  if (vault.status !== "available") return `its vault is ${vault.status}`;
  if (!isSelected(vault)) return "no rule selects its vault";
  const good = own.filter(isGood).sort((a, b) => b.created - a.created);
  const others = good.filter(({ id }) => id !== backup.id);
  if (others.length < rules.minimum) return `only ${others.length} other good backups would be left`;
  if (vault.resources.has(backup.resource_id)) {
    const [newest] = good;
    if (newest === undefined || now_ms - newest.created >= rules.objective_hours * hour_ms)
      return "its resource has no recent good backup";
  } else {
    if (isElsewhere) return "its resource is in another vault now";
    if (rules.orphans_after_days === undefined) return "its resource is in no vault any more";
    if (now_ms - backup.created < rules.orphans_after_days * day_ms)
      return "its resource left its vault lately";
  }
  if (!isGood(backup)) {
    const kept = now_ms - backup.created < rules.failed_retention_days * day_ms;
    return kept ? "failed backups are kept so long" : undefined;
  }
  return keptByRetention(backup, good, rules, now_ms);
}

function keptByRetention(
  backup: Backup,
  newestFirst: readonly Backup[],
  { max_backups, retention_duration_days, day_backups }: Rules,
  now_ms: number,
): string | undefined {
  if (max_backups <= 0 && retention_duration_days <= 0) return "nothing limits how long backups are kept";
  if (newestFirst.slice(0, Math.max(0, max_backups)).includes(backup))
    return `it is one of the newest ${max_backups}`;
  if (now_ms - backup.created < retention_duration_days * day_ms)
    return `it is younger than ${retention_duration_days} days`;
  const days = new Map<number, Backup>();
  for (const one of newestFirst) {
    const day = Math.floor(one.created / day_ms);
    if (!days.has(day) && days.size < day_backups) days.set(day, one);
  }
  return [...days.values()].includes(backup) ? "it is the newest of its day" : undefined;
}

const isSelected = ({ tags }: Vault) =>
  tags.some((tag) => [nightly, twice].some(({ key, value }) => tag.key === key && tag.value === value));
