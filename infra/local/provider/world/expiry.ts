import { beginDeletion, isExpired, shelfOfVault } from "./backups.ts";
import type { Backup, OperationDefinition, Vault } from "./model.ts";
import { nextExpiryBatch } from "./pattern.ts";
import { day_ms, type Moment, minute_ms, offsetMinutes } from "./time.ts";
import type { World } from "./world.ts";

/** From now on the region deletes expired automatic backups, in batches during the day. */
export function startNativeExpiry(world: World): void {
  world.agenda.at(nextExpiryBatch(world.now, world.settings.region_offset_minutes), () => {
    for (const vault of world.vaults.all()) expireVault(world, vault);
    startNativeExpiry(world);
  });
}

function expireVault(world: World, vault: Vault): void {
  if (vault.status !== "available") return;
  const policy = vault.policy_id === null ? undefined : world.policies.get(vault.policy_id);
  const automatic = shelfOfVault(world, vault.id).newest(
    ({ auto_trigger, status }) => auto_trigger && status === "available",
  );
  for (const backups of Map.groupBy(automatic, ({ resource_id }) => resource_id).values()) {
    const keep = policy === undefined ? new Set<Backup>() : keptByTiers(backups, policy.operation_definition);
    const maximum = policy?.operation_definition.max_backups ?? -1;
    backups.forEach((backup, index) => {
      const surplus = maximum > 0 && index >= maximum && !vault.locked;
      if ((isExpired(world, backup) || surplus) && !keep.has(backup) && backup.image_ids.length === 0) {
        beginDeletion(world, vault, backup);
      }
    });
  }
}

/** The newest backup of each of the most recent days, weeks, months and years that have one. */
function keptByTiers(newestFirst: readonly Backup[], definition: OperationDefinition): Set<Backup> {
  const offset_ms = offsetMinutes(definition.timezone) * minute_ms;
  const kept = new Set<Backup>();
  const tiers: [number | undefined, (local_ms: Moment) => string | number][] = [
    [definition.day_backups, (at) => Math.floor(at / day_ms)],
    [definition.week_backups, (at) => Math.floor((Math.floor(at / day_ms) + 3) / 7)],
    [definition.month_backups, (at) => new Date(at).toISOString().slice(0, 7)],
    [definition.year_backups, (at) => new Date(at).getUTCFullYear()],
  ];
  for (const [count = 0, bucketOf] of tiers) {
    const seen = new Set<string | number>();
    for (const backup of newestFirst) {
      const bucket = bucketOf(backup.created + offset_ms);
      if (seen.has(bucket) || seen.size >= count) continue;
      seen.add(bucket);
      kept.add(backup);
    }
  }
  return kept;
}
