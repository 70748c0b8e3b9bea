import { type AnyFunction, functions } from "../../../functions/all.ts";
import { listBackups, showBackup } from "../../../shared/api/operations/cbr/backups.ts";
import { listVaults } from "../../../shared/api/operations/cbr/vaults.ts";
import { type Role, roles } from "../../../shared/estate/secrets.ts";
import type { ProviderUse as FunctionUse } from "../../../shared/lambda/definition.ts";

/** In which role somebody speaks with the provider, and what it calls there. */
export type ProviderUse = Pick<FunctionUse, "role" | "operations">;

export type SpeakingFunction = Extract<AnyFunction, { readonly provider: object }>;

const speaks = (definition: AnyFunction): definition is SpeakingFunction => "provider" in definition;

/** Every function that calls the provider. */
export const speakingFunctions: readonly SpeakingFunction[] = functions.filter(speaks);

/** What the operator's commands call: `operate why` looks at one backup, `operate hold` finds out what an id is. */
export const commandUses = {
  "operate hold": { role: "observe", operations: { listBackups, listVaults, showBackup } },
  "operate why": { role: "observe", operations: { showBackup } },
} as const satisfies Readonly<Record<string, ProviderUse>>;

export const allUses: readonly ProviderUse[] = [
  ...speakingFunctions.map(({ provider }) => provider),
  ...Object.values(commandUses),
];

/** A custom policy of the provider's IAM, as its console and its API take it. */
interface ProviderPolicy {
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
