import { type Decision, planRetention } from "../../../shared/retention/plan.ts";
import type { RetentionPolicy } from "../../../shared/retention/policy.ts";
import { type Instant, readNow } from "../../../shared/retention/refusal.ts";
import { keepsEverything, noLimit } from "../../../shared/retention/rules.ts";
import type { FileBackup } from "./backups-file.ts";

/** One decision for each backup, in their order. Throws RetentionRefusal. */
export type Decide = (backups: readonly FileBackup[], now: Instant) => Decision[];

/** What a preview decides by. */
export interface Retention {
  /** Where it is written: a policy's file, or the estate. */
  readonly name: string;
  readonly decide: Decide;
  /** The zone that people read times in. */
  readonly timezone: string | undefined;
  /** Why it keeps everything for ever, if it does. */
  readonly keepsAll: string | undefined;
}

/** What one policy keeps of all backups together. */
export function underPolicy(policy: RetentionPolicy): Decide {
  return (backups, now) => planRetention({ backups, policy, now });
}

/** What a policy keeps, as the policy itself says it. */
export function policyRetention(name: string, policy: RetentionPolicy, decide: Decide): Retention {
  const keepsAll = keepsEverything(policy) ? `${noLimit} is in force, whatever the tiers say` : undefined;
  return { name, decide, timezone: policy.timezone, keepsAll };
}

/** Each vault's backups by themselves, as pruning plans them. */
export function byVault(decideIn: (vault_id: unknown) => Decide): Decide {
  return (backups, now) => {
    const vaults = [...Map.groupBy(backups, ({ vault_id }) => vault_id)];
    const decisions = vaults.flatMap(([vault_id, some]) => decideIn(vault_id)(some, now));
    const byId = new Map(decisions.map((decision) => [decision.id, decision]));
    return backups.flatMap(({ id }) => byId.get(id) ?? []);
  };
}

/** A backup with what would become of it. */
export interface PlannedBackup {
  readonly backup: FileBackup;
  readonly time_ms: number;
  readonly decision: Decision;
}

/** Decides on backups, in their order. Throws RetentionRefusal. */
export function planBackups(backups: readonly FileBackup[], decide: Decide, now: Instant): PlannedBackup[] {
  const decisions = decide(backups, now);
  return backups.flatMap((backup, index) => {
    const decision = decisions[index];
    return decision ? [{ backup, decision, time_ms: readNow(backup.created_at) }] : [];
  });
}

export function isKept({ decision }: PlannedBackup): boolean {
  return decision.action === "keep";
}
