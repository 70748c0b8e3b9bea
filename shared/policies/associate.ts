import { type ListedVault, selectable } from "../checkpoints/choose.ts";
import type { CbrPolicyRules } from "../estate/policies.ts";
import { selects } from "../estate/selection.ts";

/** A vault that does not follow the policy that the estate gives it. */
export interface Association {
  readonly vault_id: string;
  readonly vault_name: string;
  /** `associate`: it follows none; `replace`: another one; `dissociate`: this one, and should not. */
  readonly change: "associate" | "replace" | "dissociate";
  /** The policy that it follows now. */
  readonly actual_policy_id: string | null;
}

/** A vault that more than one policy of the estate selects: nothing is done about it. */
interface Conflict {
  readonly vault_id: string;
  readonly policies: readonly string[];
}

interface Followed {
  readonly rules: CbrPolicyRules;
  /** Undefined while the policy does not exist. */
  readonly policy_id: string | undefined;
}

/**
 * Which vaults are to follow which policy, by the policy's name. Pure. `followed` says which policy each vault follows
 * now; policies without a selection have no say.
 */
export function planAssociations(
  policies: readonly Followed[],
  vaults: readonly ListedVault[],
  followed: ReadonlyMap<string, string>,
): { readonly changes: ReadonlyMap<string, Association[]>; readonly conflicts: Conflict[] } {
  const changes = new Map<string, Association[]>(policies.map(({ rules }) => [rules.name, []]));
  const conflicts: Conflict[] = [];
  const selecting = policies.filter(({ rules }) => rules.vaults !== undefined);
  for (const vault of vaults) {
    const wanted = selecting.filter(
      ({ rules }) => rules.vaults !== undefined && selects(rules.vaults, selectable(vault)),
    );
    if (wanted.length > 1) {
      conflicts.push({ vault_id: vault.id, policies: wanted.map(({ rules }) => rules.name) });
      continue;
    }
    const actual = followed.get(vault.id) ?? null;
    const [target] = wanted;
    const named = { vault_id: vault.id, vault_name: vault.name, actual_policy_id: actual };
    if (target && (target.policy_id === undefined || target.policy_id !== actual)) {
      changes.get(target.rules.name)?.push({ ...named, change: actual === null ? "associate" : "replace" });
    }
    if (target) continue;
    const leaving = selecting.find(({ policy_id }) => policy_id !== undefined && policy_id === actual);
    if (leaving) changes.get(leaving.rules.name)?.push({ ...named, change: "dissociate" });
  }
  return { changes, conflicts };
}
