import * as z from "zod";
import { comparePolicy } from "../../shared/policies/compare.ts";
import { type PolicyState, toDefinition, toRetention } from "../../shared/policies/state.ts";
import type { InProject, Provider } from "./definition.ts";
import { open, type PolicyOutcome, record } from "./outcome.ts";

const triggerSchema = z.looseObject({
  properties: z.looseObject({ pattern: z.array(z.string()).catch([]) }).catch({ pattern: [] }),
});

/** The one policy of host security's vault: one GET, and at most one PUT. */
export async function enforceHss(deps: InProject): Promise<PolicyOutcome[]> {
  const { project, provider } = deps;
  const rules = project.policies.hss;
  if (!rules) return [];
  const wanted: PolicyState = {
    enabled: rules.enabled,
    retention: toRetention(rules.retention),
    schedule: rules.schedule,
  };
  const shown = await provider.showBackupPolicy();
  const trigger = triggerSchema.safeParse(shown.trigger);
  const actual: PolicyState = {
    enabled: shown.enabled,
    retention: toRetention(shown.operation_definition),
    schedule: trigger.success ? trigger.data.properties.pattern : [],
  };
  const plan = comparePolicy(wanted, actual);
  const opened = await open(deps, "hss", plan.pending);
  const target = opened.approved ? wanted : plan.fixed;
  const differs = comparePolicy(target, actual).drift.length > 0;
  if (differs) await put(provider, project.region, shown.id, target);
  const looked = { policy_id: shown.id, drift: plan.drift, sent: differs ? 1 : 0 };
  return [await record(deps, opened, looked)];
}

/** The service takes the whole definition: what is not fixed is sent as it is. */
async function put(provider: Provider, region: string, policy_id: string, target: PolicyState) {
  const { full_backup_interval: _, ...definition } = toDefinition(target.retention);
  await provider.updateBackupPolicy({
    headers: { region },
    body: {
      policy_id,
      enabled: target.enabled,
      operation_definition: definition,
      trigger: { properties: { pattern: [...target.schedule] } },
    },
  });
}
