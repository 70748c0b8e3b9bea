import { textOf, type UnreadableItem } from "../api/list.ts";
import type { Backup } from "../api/operations/cbr/backup.ts";
import type { Slot } from "../checkpoints/slot.ts";
import { type Hold, holdOn } from "../control/hold.ts";
import { isOpen } from "../work/work.ts";
import { fingerprintOf, type PruneDecision, type RefusalCode, refusals } from "./decision.ts";
import { type BackupClass, classOf, isImageSource, ownCheckpoints } from "./ownership.ts";
import type { PrunePolicy } from "./policy.ts";
import { keepFloor, type Resources, resourcesOf, timeOf } from "./resources.ts";
import { nativeVerdict, type RetentionVerdict, retentionVerdicts } from "./retention.ts";
import type { VaultFacts } from "./vault-record.ts";

/** Everything a decision rests on; nothing else is looked at. */
interface PruneQuestion {
  /** Every backup of the vault, from a listing that was complete and did not move. */
  readonly backups: readonly Backup[];
  /** What of the listing could not be read: it fills no rule, and nobody knows what else it would say. */
  readonly unreadable: readonly UnreadableItem[];
  readonly project_id: string;
  readonly vault_id: string;
  /** As it was seen; `held`: it bears the project's hold tag. */
  readonly vault: Pick<VaultFacts, "status" | "locked" | "resources"> & { readonly held: boolean };
  /** Every slot that the vault ever had, and those that made what has moved here. */
  readonly slots: readonly Pick<Slot, "attempts" | "work">[];
  readonly holds: readonly Hold[];
  /** Resources that are in another vault of the project. */
  readonly elsewhere: ReadonlySet<string>;
  /** Backups that are known to be shared; whoever is not in it may still be. */
  readonly shared: ReadonlySet<string>;
  readonly policy: PrunePolicy;
  readonly now_ms: number;
  /** Until when the decision is relied on: a resource must stay within its objective for so long. */
  readonly until_ms: number;
}

/**
 * Decides what may be deleted from a vault: one decision for each backup, in the order of the listing. Pure. Throws
 * RetentionRefusal, which names the field, when a policy or one of our own backups cannot be relied on.
 */
export function decidePrune(question: PruneQuestion): PruneDecision[] {
  const { backups, slots, policy, now_ms } = question;
  const own = ownCheckpoints(slots);
  const classes = backups.map((backup) => classOf(backup, { project_id: question.project_id, own }));
  // A part of a server's backup stands for nothing by itself: it must fill no rule.
  const ours = backups.filter(({ parent_id }, index) => classes[index] === "own" && !parent_id);
  const verdicts = retentionVerdicts(ours, policy.retentions, now_ms);
  const resources = resourcesOf(ours, now_ms);
  const context = {
    ...question,
    resources,
    slotOpen: slots.some(({ work }) => isOpen(work)),
    unclear: new Set(question.unreadable.map((item) => textOf(item, "resource_id"))),
  };
  const decisions = backups.map((backup, index) =>
    decideOne(backup, classes[index] ?? "manual", verdicts.get(backup.id), context),
  );
  return keepFloor(decisions, resources, policy.minimum_good_backups);
}

interface Context extends PruneQuestion {
  readonly resources: Resources;
  readonly slotOpen: boolean;
  /** The resources of unreadable backups; undefined among them: it may be any. */
  readonly unclear: ReadonlySet<string | undefined>;
}

function decideOne(
  backup: Backup,
  whose: BackupClass,
  retention: RetentionVerdict | undefined,
  context: Context,
): PruneDecision {
  const { id, resource_id, created_at } = backup;
  const about = { id, resource_id, created_at, class: whose };
  const refuse = (code: RefusalCode, more = ""): PruneDecision => ({
    ...about,
    action: "refuse",
    code,
    reason: `${refusals[code]}${more}`,
  });
  const untouchable = untouchability(backup, whose, context);
  if (untouchable) return refuse(untouchable);
  const verdict = whose === "native-automatic" ? nativeVerdict(backup, context) : retention;
  if (!verdict) return refuse("not-ours");
  if ("code" in verdict) return refuse(verdict.code);
  const { keep, reason } = verdict;
  if (keep) return { ...about, action: "keep", code: "retained", reason };
  const hold = holdOn(context.holds, backup, context.vault_id);
  if (hold) return refuse("on-hold", ` (${hold.id} on ${hold.target}: ${hold.reason})`);
  const obstacle = obstacleOf(backup, context);
  if (obstacle) return refuse(obstacle);
  return { ...about, action: "delete", code: "expired", reason, fingerprint: fingerprintOf(backup) };
}

/** Any other status says that somebody is doing something with it. */
const isSettled = ({ status }: Backup) => status === "available" || status === "error";

/** Why nobody asks whether anything keeps it. */
function untouchability(backup: Backup, whose: BackupClass, { policy }: Context): RefusalCode | undefined {
  if (whose === "shared-to-us") return "shared-to-us";
  if (backup.parent_id) return "child";
  if (whose === "manual") return "not-ours";
  if (whose === "native-automatic" && !policy.native_automatic) return "native-automatic";
  return isSettled(backup) ? undefined : "in-use";
}

/** What forbids to delete it although nothing keeps it. */
function obstacleOf(backup: Backup, context: Context): RefusalCode | undefined {
  const { vault, vault_id, shared } = context;
  if (vault.held) return "on-hold";
  if (vault.locked) return "locked";
  if (vault.status !== "available") return "vault-unavailable";
  if (shared.has(backup.id)) return "shared";
  if (isImageSource(backup)) return "image-source";
  // A listing of the vault that shows another vault's backup is not to be relied on.
  if (backup.vault_id && backup.vault_id !== vault_id) return "elsewhere";
  return pause(backup, context);
}

/** Why pruning of its resource is paused. */
function pause({ resource_id, created_at }: Backup, context: Context): RefusalCode | undefined {
  const { vault, elsewhere, policy, resources, now_ms, until_ms } = context;
  if (context.unclear.has(undefined) || context.unclear.has(resource_id)) return "unreadable";
  if (context.slotOpen) return "slot-open";
  const resource = resources.get(resource_id);
  if (!vault.resources.includes(resource_id)) {
    if (elsewhere.has(resource_id)) return "elsewhere";
    if (!policy.orphans) return "orphan";
    const age_ms = now_ms - (timeOf(created_at) ?? now_ms);
    return age_ms >= policy.orphans.delete_after_days * 86_400_000 ? undefined : "orphan-not-due";
  }
  const objective_ms = policy.recovery_point_objective_hours * 3_600_000;
  const newest_ms = resource?.newest_ms;
  return newest_ms !== undefined && until_ms - newest_ms < objective_ms ? undefined : "rpo-breached";
}
