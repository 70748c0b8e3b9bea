import { type Role, roles } from "../../shared/estate/secrets.ts";
import { allUses, type ProviderUse } from "./uses.ts";

/** A custom policy of the provider's IAM, as its console and its API take it. */
export interface ProviderPolicy {
  readonly Version: "1.1";
  readonly Statement: readonly [{ readonly Effect: "Allow"; readonly Action: readonly string[] }];
}

/** The actions that a use needs, sorted; operations without a documented action need none. */
export function actionsOf({ operations }: Pick<ProviderUse, "operations">): string[] {
  const actions = Object.values(operations).flatMap(({ permission }) => permission ?? []);
  return [...new Set(actions)].sort();
}

/** What each role must be allowed, and nothing more: the sum of what those declare who use it. */
export function roleActions(uses: readonly ProviderUse[] = allUses): Record<Role, readonly string[]> {
  const of = (role: Role) => {
    const actions = uses.filter((use) => use.role === role).flatMap(actionsOf);
    return [...new Set(actions)].sort();
  };
  return {
    observe: of("observe"),
    checkpoint: of("checkpoint"),
    prune: of("prune"),
    instances: of("instances"),
  };
}

export function policyOf(actions: readonly string[]): ProviderPolicy {
  return { Version: "1.1", Statement: [{ Effect: "Allow", Action: actions }] };
}

/** docs/provider-policies/: one file for each role, ready to be pasted into the provider's console. */
export function renderProviderPolicies(): { path: string; content: string }[] {
  const actions = roleActions();
  return roles.map((role) => ({
    path: `docs/provider-policies/${role}.json`,
    content: `${JSON.stringify(policyOf(actions[role]), null, 2)}\n`,
  }));
}
