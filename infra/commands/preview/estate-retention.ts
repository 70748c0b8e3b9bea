import { type ListedVault, rulesFor } from "../../../shared/checkpoints/choose.ts";
import type { Project } from "../../../shared/estate/estate.ts";
import { NoPrunePolicy, prunePolicy } from "../../../shared/prune/policy.ts";
import { retentionVerdicts } from "../../../shared/prune/retention.ts";
import { readNow } from "../../../shared/retention/refusal.ts";
import type { FileBackup } from "./backups-file.ts";
import { byVault, type Decide, type Retention } from "./retention.ts";

/** What becomes of one vault's backups, or why no rule prunes them. */
type InVault = { readonly decide: Decide } | { readonly unpruned: string };

/** The retention of the estate's rules: in each vault that of those which select it. */
export function estateRetention(
  project: Project,
  vaults: readonly ListedVault[],
  backups: readonly FileBackup[],
): { retention: Retention; unpruned: string[] } {
  const known = new Map<unknown, InVault>(vaults.map((vault) => [vault.id, inVault(project, vault)]));
  const of = (vault_id: unknown): InVault =>
    known.get(vault_id) ?? { unpruned: "they are in no vault of the project" };
  const left = backups.flatMap(({ vault_id }) => {
    const found = of(vault_id);
    return "unpruned" in found ? [{ vault_id, why: found.unpruned }] : [];
  });
  return {
    unpruned: [...Map.groupBy(left, ({ why }) => why)].map(([why, some]) => {
      const vaultCount = new Set(some.map(({ vault_id }) => vault_id)).size;
      return `No rule prunes ${some.length} of the backups, in ${vaultCount} ${vaultCount === 1 ? "vault" : "vaults"}: ${why}.`;
    }),
    retention: {
      name: "the estate's rules",
      timezone: project.timezone,
      keepsAll: left.length === backups.length ? "no rule prunes any of it" : undefined,
      decide: byVault((vault_id) => {
        const found = of(vault_id);
        return "unpruned" in found ? keepAll(`no rule prunes it: ${found.unpruned}`) : found.decide;
      }),
    },
  };
}

function inVault(project: Project, vault: ListedVault): InVault {
  const rules = rulesFor(project, vault).map(({ name }) => name);
  if (rules.length === 0) return { unpruned: "no rule selects the vault" };
  try {
    const { retentions } = prunePolicy(project, rules);
    return {
      decide: (backups, now) =>
        [...retentionVerdicts(backups, retentions, readNow(now))].map(([id, { keep, reason }]) => ({
          id,
          action: keep ? "keep" : "expire",
          reasons: [reason],
        })),
    };
  } catch (error) {
    if (!(error instanceof NoPrunePolicy)) throw error;
    return { unpruned: error.message };
  }
}

function keepAll(reason: string): Decide {
  const reasons = [reason];
  return (backups) => backups.map(({ id }) => ({ id, action: "keep", reasons }));
}
