import type { cbr } from "../../../../shared/api/operations/all.ts";
import type { Policy } from "../world/model.ts";
import { associatedVaults, createPolicy, deletePolicy, findPolicy, updatePolicy } from "../world/policies.ts";
import { plainTime } from "../world/time.ts";
import type { World } from "../world/world.ts";
import type { Call, Handlers } from "./handler.ts";

type Names = "createPolicy" | "showPolicy" | "listPolicies" | "updatePolicy" | "deletePolicy";

const ofPath = ({ world, path }: Pick<Call<typeof cbr.showPolicy>, "world" | "path">) =>
  findPolicy(world, path.project_id, path.policy_id);

export const policyHandlers: Handlers<Pick<typeof cbr, Names>> = {
  createPolicy({ world, path, body }) {
    const { name, enabled = true, operation_definition, trigger } = body.policy;
    const { pattern } = trigger.properties;
    return {
      policy: policyView(
        world,
        createPolicy(world, path.project_id, { name, enabled, operation_definition, pattern }),
      ),
    };
  },

  showPolicy: (call) => ({ policy: policyView(call.world, ofPath(call)) }),

  listPolicies({ world, path, query }) {
    const vault = query.vault_id === undefined ? undefined : world.vaults.get(query.vault_id);
    const policies = world.policies.newest(
      (policy) =>
        policy.project_id === path.project_id &&
        (query.operation_type === undefined || policy.operation_type === query.operation_type) &&
        (query.vault_id === undefined || vault?.policy_id === policy.id),
    );
    return { policies: policies.map((policy) => policyView(world, policy)), count: policies.length };
  },

  updatePolicy(call) {
    const policy = ofPath(call);
    const { trigger, ...fields } = call.body.policy;
    updatePolicy(call.world, policy, {
      name: fields.name ?? policy.name,
      enabled: fields.enabled ?? policy.enabled,
      operation_definition: fields.operation_definition ?? policy.operation_definition,
      pattern: trigger?.properties.pattern ?? policy.pattern,
    });
    return { policy: policyView(call.world, policy) };
  },

  deletePolicy(call) {
    deletePolicy(call.world, ofPath(call));
    return undefined;
  },
};

function policyView(world: World, policy: Policy) {
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
