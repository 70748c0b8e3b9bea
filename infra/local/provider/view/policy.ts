import type { Policy } from "../world/model.ts";
import { associatedVaults } from "../world/policies.ts";
import { plainTime } from "../world/time.ts";
import type { World } from "../world/world.ts";

export function policyView(world: World, policy: Policy) {
  return {
    id: policy.id,
    name: policy.name,
    enabled: policy.enabled,
    operation_type: policy.operation_type,
    operation_definition: { ...policy.operation_definition },
    trigger: {
      id: policy.trigger_id,
      name: "default",
      type: "time",
      properties: { pattern: [...policy.pattern], start_time: plainTime(policy.created) },
    },
    associated_vaults: associatedVaults(world, policy).map(({ id }) => ({
      vault_id: id,
      destination_vault_id: null,
    })),
  };
}
