/**
 * What may be deleted from a vault, said once more in the plainest way, from what is true at the provider and from what
 * the test itself has made. It shares no code with the product.
 */

export interface Fact {
  readonly id: string;
  readonly resource_id: string;
  readonly at_ms: number;
  readonly status: string;
  readonly children: readonly string[];
  readonly automatic: boolean;
  readonly expires_ms: number | undefined;
  readonly isImage: boolean;
  readonly isChild: boolean;
  /** The test made it through this product. */
  readonly isOurs: boolean;
  /** It belongs to another project. */
  readonly isForeign: boolean;
  readonly isShared: boolean;
  readonly isHeld: boolean;
}

export interface Setting {
  readonly now_ms: number;
  readonly vault: {
    readonly held: boolean;
    readonly locked: boolean;
    readonly status: string;
    readonly resources: ReadonlySet<string>;
  };
  readonly elsewhere: ReadonlySet<string>;
  readonly slotOpen: boolean;
  readonly max_backups: number;
  readonly retention_duration_days: number;
  readonly week_backups: number;
  readonly minimum: number;
  readonly objective_hours: number;
  readonly native: boolean;
  readonly orphan_days: number | undefined;
}

const day_ms = 86_400_000;
const newestFirst = (a: Fact, b: Fact) => b.at_ms - a.at_ms || (a.id < b.id ? 1 : -1);
const isGood = (fact: Fact) =>
  fact.status === "available" && fact.children.every((one) => one === "available");
/** Days since the epoch began on a Thursday; ISO weeks begin on Mondays. */
const weekOf = ({ at_ms }: Fact) => Math.floor((Math.floor(at_ms / day_ms) + 3) / 7);

/** Ids of the backups that may go. */
export function mayGo(facts: readonly Fact[], setting: Setting): Set<string> {
  const { vault, now_ms } = setting;
  if (vault.held || vault.locked || vault.status !== "available" || setting.slotOpen) return new Set();
  const own = facts.filter((fact) => fact.isOurs && !fact.automatic && !fact.isForeign && !fact.isChild);
  const gone = new Set<string>();
  for (const resource of new Set(facts.map(({ resource_id }) => resource_id))) {
    const good = own
      .filter((fact) => fact.resource_id === resource && isGood(fact) && fact.at_ms <= now_ms)
      .sort(newestFirst);
    if (good.length < setting.minimum) continue;
    const isOrphan = !vault.resources.has(resource);
    if (isOrphan && (setting.elsewhere.has(resource) || setting.orphan_days === undefined)) continue;
    const youngest = good[0];
    if (!isOrphan && (!youngest || now_ms - youngest.at_ms >= setting.objective_hours * 3_600_000)) continue;

    const kept = keptByRules(good, setting);
    const toDelete = facts.filter((fact) => {
      if (fact.resource_id !== resource || fact.isForeign || fact.isChild) return false;
      if (fact.isImage || fact.isShared || fact.isHeld) return false;
      if (fact.status !== "available" && fact.status !== "error") return false;
      if (isOrphan && now_ms - fact.at_ms < (setting.orphan_days ?? 0) * day_ms) return false;
      if (fact.automatic) {
        return setting.native && fact.expires_ms !== undefined && now_ms - fact.expires_ms >= 7 * day_ms;
      }
      if (!fact.isOurs || fact.at_ms > now_ms) return false;
      return isGood(fact) ? !kept.has(fact.id) : now_ms - fact.at_ms >= 7 * day_ms && inForce(setting);
    });
    const ids = new Set(toDelete.map(({ id }) => id));
    let left = good.filter(({ id }) => !ids.has(id)).length;
    for (const { id } of good) {
      if (left >= setting.minimum) break;
      if (ids.delete(id)) left++;
    }
    for (const id of ids) gone.add(id);
  }
  return gone;
}

const inForce = ({ max_backups, retention_duration_days }: Setting) =>
  max_backups > 0 || retention_duration_days > 0;

function keptByRules(good: readonly Fact[], setting: Setting): Set<string> {
  if (!inForce(setting)) return new Set(good.map(({ id }) => id));
  const { max_backups, retention_duration_days, week_backups, now_ms } = setting;
  const kept = new Set(good.slice(0, Math.max(0, max_backups)).map(({ id }) => id));
  for (const { id, at_ms } of good) if (now_ms - at_ms < retention_duration_days * day_ms) kept.add(id);
  const weeks = new Set<number>();
  for (const fact of good) {
    const week = weekOf(fact);
    if (weeks.has(week) || weeks.size >= week_backups) continue;
    weeks.add(week);
    kept.add(fact.id);
  }
  return kept;
}
