import * as z from "zod";
import { operation } from "../../operation.ts";
import { identifier } from "../fields.ts";
import { chapter } from "./common.ts";
import { policy, policyCreate, policyUpdate } from "./policy.ts";

export const createPolicy = operation({
  name: "createPolicy",
  service: "cbr",
  summary: "Creates a backup policy.",
  source: chapter("4.6.1"),
  method: "POST",
  path: "/v3/{project_id}/policies",
  parameters: { project_id: identifier },
  body: z.strictObject({ policy: policyCreate }),
  answer: z.looseObject({ policy }),
  status: 200,
  permission: "cbr:policies:create",
  repeatable: false,
});

export const showPolicy = operation({
  name: "showPolicy",
  service: "cbr",
  summary: "Shows one policy.",
  source: chapter("4.6.2"),
  method: "GET",
  path: "/v3/{project_id}/policies/{policy_id}",
  parameters: { project_id: identifier, policy_id: identifier },
  answer: z.looseObject({ policy }),
  status: 200,
  permission: "cbr:policies:get",
  repeatable: true,
});

export const listPolicies = operation({
  name: "listPolicies",
  service: "cbr",
  summary: "Lists policies; a project has at most 32, so the page is the whole list.",
  source: chapter("4.6.3"),
  method: "GET",
  path: "/v3/{project_id}/policies",
  parameters: { project_id: identifier },
  query: z.object({
    operation_type: z.enum(["backup", "replication"]).optional(),
    vault_id: identifier.optional(),
  }),
  answer: z.looseObject({ policies: z.array(policy), count: z.int().nullish() }),
  status: 200,
  permission: "cbr:policies:list",
  repeatable: true,
  list: { items: "policies", item: policy, total: "count", by: "none", maximumLimit: 1000 },
});

export const updatePolicy = operation({
  name: "updatePolicy",
  service: "cbr",
  summary: "Changes a policy.",
  source: chapter("4.6.4"),
  method: "PUT",
  path: "/v3/{project_id}/policies/{policy_id}",
  parameters: { project_id: identifier, policy_id: identifier },
  body: z.strictObject({ policy: policyUpdate }),
  // Nothing is decided on it: the next look shows the policy as it is.
  answer: z.looseObject({ policy: policy.partial().nullish() }),
  status: 200,
  permission: "cbr:policies:update",
  // It states values, not differences.
  repeatable: true,
});

export const deletePolicy = operation({
  name: "deletePolicy",
  service: "cbr",
  summary: "Deletes a policy.",
  source: chapter("4.6.5"),
  method: "DELETE",
  path: "/v3/{project_id}/policies/{policy_id}",
  parameters: { project_id: identifier, policy_id: identifier },
  status: 204,
  permission: "cbr:policies:delete",
  // Repeating has no further effect: an accepted one answers 404 (6000) then, which a caller reads as done.
  repeatable: true,
});
