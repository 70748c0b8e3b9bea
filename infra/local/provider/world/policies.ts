import { planFiring } from "./firing.ts";
import { cbr, type OperationDefinition, type Policy, type Vault } from "./model.ts";
import { readPatterns } from "./pattern.ts";
import type { World } from "./world.ts";

/** Documented: at most 32 policies in a project. */
export const maximum_policies = 32;

export interface PolicyFields {
  readonly name: string;
  readonly enabled: boolean;
  readonly operation_definition: OperationDefinition;
  readonly pattern: readonly string[];
}

export function createPolicy(world: World, project_id: string, fields: PolicyFields): Policy {
  check(fields);
  // Host security's own, which no user made, is not counted.
  const made = world.policies.newest(
    (policy) => policy.project_id === project_id && world.hostPolicies.get(policy.id) === undefined,
  );
  if (made.length >= maximum_policies) throw cbr("6001");
  const policy: Policy = {
    ...fields,
    id: world.chance.id(),
    project_id,
    created: world.stamp(),
    operation_type: "backup",
    trigger_id: world.chance.id(),
    version: 1,
  };
  world.policies.add(policy);
  planFiring(world, policy);
  return policy;
}

export function updatePolicy(world: World, policy: Policy, changes: Partial<PolicyFields>): void {
  const { name, enabled, operation_definition, pattern } = { ...policy, ...changes };
  check({ name, enabled, operation_definition, pattern });
  policy.name = name;
  policy.enabled = enabled;
  policy.operation_definition = operation_definition;
  policy.pattern = pattern;
  policy.version += 1;
  planFiring(world, policy);
}

const tiers = ["day_backups", "week_backups", "month_backups", "year_backups"] as const;

function check({ operation_definition, pattern }: PolicyFields): void {
  readPatterns(pattern);
  const inForce = tiers.find((tier) => (operation_definition[tier] ?? 0) > 0);
  if (inForce !== undefined && operation_definition.timezone === undefined) {
    throw cbr("9900", `operation_definition.timezone is needed with ${inForce}`);
  }
  for (const field of ["max_backups", "retention_duration_days"] as const) {
    if (operation_definition[field] === 0)
      throw cbr("9900", `operation_definition.${field} must be -1 or at least 1`);
  }
}

export function findPolicy(world: World, project_id: string, id: string): Policy {
  const policy = world.policies.get(id);
  if (policy === undefined || policy.project_id !== project_id) throw cbr("6000", id);
  return policy;
}

export function deletePolicy(world: World, policy: Policy): void {
  for (const vault of associatedVaults(world, policy)) vault.policy_id = null;
  policy.version += 1;
  world.policies.delete(policy.id);
  world.hostPolicies.delete(policy.id);
}

/** A vault has one backup policy: another one takes its place. */
export function associatePolicy(world: World, vault: Vault, policy_id: string): void {
  findPolicy(world, vault.project_id, policy_id);
  vault.policy_id = policy_id;
}

export function dissociatePolicy(world: World, vault: Vault, policy_id: string): void {
  findPolicy(world, vault.project_id, policy_id);
  if (vault.policy_id !== policy_id) throw cbr("6002", vault.id);
  vault.policy_id = null;
}

export function associatedVaults(world: World, policy: Policy): Vault[] {
  return world.vaults.newest(({ policy_id }) => policy_id === policy.id);
}
