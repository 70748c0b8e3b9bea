import { startCheckpoint } from "./checkpoints.ts";
import { cbr, type OperationDefinition, type Policy, Refusal, type Vault } from "./model.ts";
import { nextTime, readPatterns } from "./pattern.ts";
import { recordSkippedTask } from "./tasks.ts";
import type { World } from "./world.ts";

/** Documented: at most 32 policies in a project. */
const maximum_policies = 32;

interface PolicyFields {
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
    id: world.random.id(),
    project_id,
    created: world.stamp(),
    operation_type: "backup",
    trigger_id: world.random.id(),
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

/** Plans the policy's next automatic backup. A change of the policy makes earlier plans void. */
export function planFiring(world: World, policy: Policy): void {
  if (!policy.enabled) return;
  const times = readPatterns(policy.pattern)
    .map((pattern) => nextTime(pattern, policy.created, world.now))
    .filter((at) => at !== undefined);
  if (times.length === 0) return;
  const { version } = policy;
  world.agenda.at(Math.min(...times), () => {
    if (policy.version !== version) return;
    for (const vault of associatedVaults(world, policy)) fire(world, policy, vault);
    planFiring(world, policy);
  });
}

function fire(world: World, policy: Policy, vault: Vault): void {
  const prefix = vault.backup_name_prefix === "" ? "autobk" : vault.backup_name_prefix;
  try {
    startCheckpoint(world, {
      vault,
      policy,
      name: `${prefix}_${world.random.hex(4)}`,
      incremental: isIncrementalTurn(world, policy, vault),
      auto_trigger: true,
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    recordSkippedTask(
      world,
      {
        operation_type: "backup",
        project_id: vault.project_id,
        object_type: vault.object_type,
        vault,
        policy_id: policy.id,
        subject: {},
      },
      error.code,
    );
  }
}

/** `full_backup_interval` n: after n incremental backups a full one; absent or -1: always incremental. */
function isIncrementalTurn(world: World, policy: Policy, vault: Vault): boolean {
  const interval = policy.operation_definition.full_backup_interval ?? -1;
  if (interval < 0) return true;
  const earlier = world.checkpoints.newest(
    (checkpoint) => checkpoint.vault_id === vault.id && checkpoint.auto_trigger,
  ).length;
  return earlier % (interval + 1) !== 0;
}
