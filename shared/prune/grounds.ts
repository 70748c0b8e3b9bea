import { createHash } from "node:crypto";
import { rulesSelecting } from "../checkpoints/choose.ts";
import type { Project } from "../estate/estate.ts";
import { type PrunePolicy, prunePolicy } from "./policy.ts";
import { selectableFacts, type VaultFacts } from "./vault-record.ts";

/** What people have said, and a plan to delete rests on. A plan made on other grounds is made again. */
export interface Grounds {
  readonly policy: PrunePolicy;
  /** The vault bears the project's hold tag. */
  readonly held: boolean;
  /** SHA-256 over what the estate says about deleting from the vault, and how often the stop flag was taken off. */
  readonly hash: string;
}

/** No rule says that the vault may lose backups: it is gone, not selected, or a rule that selects it keeps everything. */
export class NotPruned extends Error {
  override readonly name = "NotPruned";
}

/** The rules that select a vault, if each of them says what may be deleted; none otherwise. */
export function pruningRules(project: Project, vault_id: string, vault: VaultFacts): string[] {
  const rules = rulesSelecting(project, selectableFacts(vault_id, vault));
  const all = project.prune !== undefined && rules.every(({ prune }) => prune !== undefined);
  return all ? rules.map(({ name }) => name) : [];
}

/**
 * What may be deleted from a vault as it was seen, by the estate as it is now. Pure. Throws NotPruned when nothing may.
 */
export function groundsOf(
  project: Project,
  { vault_id, vault }: { readonly vault_id: string; readonly vault: VaultFacts },
  resumes: number,
): Grounds {
  const rules = pruningRules(project, vault_id, vault);
  if (rules.length === 0) throw new NotPruned("no rule prunes the vault any more");
  const policy = prunePolicy(project, rules);
  const hold_tag = project.prune?.hold_tag ?? "";
  const content = JSON.stringify([rules, policy, hold_tag, resumes], inOrder);
  return {
    policy,
    held: vault.tags.some(({ key }) => key === hold_tag),
    hash: createHash("sha256").update(content).digest("hex"),
  };
}

/** The same fields give the same text in whatever order a person has written them. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
