import { startCheckpoint } from "./checkpoints.ts";
import { type Policy, Refusal, type Vault } from "./model.ts";
import { nextTime, readPatterns } from "./pattern.ts";
import { associatedVaults } from "./policies.ts";
import { recordSkippedTask } from "./tasks.ts";
import type { World } from "./world.ts";

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
      name: `${prefix}_${world.chance.hex(4)}`,
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
