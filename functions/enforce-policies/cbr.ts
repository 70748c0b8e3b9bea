import type { Policy } from "../../shared/api/operations/cbr/policy.ts";
import type { CbrPolicyRules } from "../../shared/estate/policies.ts";
import { type Association, planAssociations } from "../../shared/policies/associate.ts";
import { comparePolicy } from "../../shared/policies/compare.ts";
import { asChange } from "../../shared/policies/drift.ts";
import { type PolicyState, toDefinition, toRetention } from "../../shared/policies/state.ts";
import { create, listPolicies, mayHaveName } from "./create.ts";
import type { InProject } from "./definition.ts";
import { open, type PolicyOutcome, policyIdOf, record } from "./outcome.ts";

const wantedState = ({ enabled, retention, schedule }: CbrPolicyRules): PolicyState => ({
  enabled,
  retention: toRetention(retention),
  schedule,
});

const actualState = ({ enabled, operation_definition, trigger }: Policy): PolicyState => ({
  enabled,
  retention: toRetention(operation_definition),
  schedule: trigger.properties.pattern,
});

/** The policies of the backup service that the estate names, and the vaults that follow them. */
export async function enforceCbr(deps: InProject): Promise<PolicyOutcome[]> {
  const { project, provider } = deps;
  const named = project.policies.cbr;
  if (named.length === 0) return [];
  const { policies, unreadable } = await listPolicies(provider);
  const hostPolicyId = project.policies.hss && (await policyIdOf(deps, "hss"));
  const matched = match(
    named.filter(({ name }) => !mayHaveName(unreadable, name) || policies.some((one) => one.name === name)),
    // Identical or not, host security's policy is no other rule's.
    policies.filter(({ id, name }) => id !== hostPolicyId || named.some((rules) => rules.name === name)),
  );

  const made = new Map<string, { policy_id: string | undefined; problem: string | undefined }>();
  for (const rules of named) {
    const policy = matched.get(rules.name);
    const unclear = policy ? undefined : mayHaveName(unreadable, rules.name);
    if (policy) made.set(rules.name, { policy_id: policy.id, problem: undefined });
    else if (unclear) {
      const problem = `what the provider lists of it, or of a policy without a name, cannot be read: ${unclear.problem}`;
      made.set(rules.name, { policy_id: undefined, problem });
    } else {
      made.set(rules.name, await create(rules, policies.length + unreadable.length, deps));
    }
  }
  const associations = await associationsOf(named, policies, made, deps);

  const outcomes: PolicyOutcome[] = [];
  for (const rules of named) {
    const { policy_id, problem } = made.get(rules.name) ?? {};
    const changes = associations.changes.get(rules.name) ?? [];
    const conflict = associations.conflicts.find((one) => one.policies.includes(rules.name));
    outcomes.push(
      await enforceOne(deps, {
        rules,
        policy: matched.get(rules.name),
        policy_id,
        changes,
        problem:
          problem ??
          (conflict && `vault ${conflict.vault_id} is selected by ${conflict.policies.join(" and ")}`),
      }),
    );
  }
  return outcomes;
}

/** The policy of each rule: by name, else one that is exactly what the rule says and that no other rule has. */
function match(named: readonly CbrPolicyRules[], policies: readonly Policy[]): Map<string, Policy> {
  const matched = new Map<string, Policy>();
  const fits = (rules: CbrPolicyRules, policy: Policy) =>
    comparePolicy(wantedState(rules), actualState(policy)).drift.length === 0;
  for (const rules of named) {
    const ofName = policies.filter(({ name }) => name === rules.name);
    const policy = ofName.find((one) => fits(rules, one)) ?? ofName[0];
    if (policy) matched.set(rules.name, policy);
  }
  const taken = new Set([...matched.values()].map(({ id }) => id));
  for (const rules of named) {
    if (matched.has(rules.name)) continue;
    const policy = policies.find((one) => !taken.has(one.id) && fits(rules, one));
    if (!policy) continue;
    matched.set(rules.name, policy);
    taken.add(policy.id);
  }
  return matched;
}

async function associationsOf(
  named: readonly CbrPolicyRules[],
  policies: readonly Policy[],
  made: ReadonlyMap<string, { policy_id: string | undefined }>,
  { provider }: InProject,
) {
  if (named.every(({ vaults }) => vaults === undefined)) return { changes: new Map(), conflicts: [] };
  // One that cannot be read is left with the policy that it has: nobody can say whether a rule selects it.
  const vaults = await Array.fromAsync(provider.listVaults.all({}, { unreadable: () => undefined }));
  const followed = new Map(
    policies.flatMap(({ id, associated_vaults }) =>
      (associated_vaults ?? []).map(({ vault_id }): [string, string] => [vault_id, id]),
    ),
  );
  const withIds = named.map((rules) => ({ rules, policy_id: made.get(rules.name)?.policy_id }));
  return planAssociations(withIds, vaults, followed);
}

interface Named {
  readonly rules: CbrPolicyRules;
  /** As the list shows it; undefined when it was made just now, or is not there. */
  readonly policy: Policy | undefined;
  readonly policy_id: string | undefined;
  readonly changes: readonly Association[];
  readonly problem: string | undefined;
}

async function enforceOne(deps: InProject, named: Named): Promise<PolicyOutcome> {
  const { rules, policy, policy_id, changes, problem } = named;
  const { provider } = deps;
  const name = `cbr:${rules.name}`;
  const wanted = wantedState(rules);
  const actual = policy ? actualState(policy) : wanted;
  const plan = comparePolicy(wanted, actual);
  const harmless = changes.filter(({ change }) => change === "associate");
  const other = changes.filter(({ change }) => change !== "associate");
  const pending = [...plan.pending, ...other.map(asChange)];
  const opened = await open(deps, name, pending);
  const { approved } = opened;

  let sent = 0;
  const target = approved ? wanted : plan.fixed;
  if (policy_id && comparePolicy(target, actual).drift.length > 0) {
    await put(deps, policy_id, target, actual);
    sent++;
  }
  for (const change of policy_id ? [...harmless, ...(approved ? other : [])] : []) {
    const path = { vault_id: change.vault_id };
    if (change.change === "dissociate")
      await provider.dissociatePolicy({ path, body: { policy_id: policy_id ?? "" } });
    else await provider.associatePolicy({ path, body: { policy_id } });
    sent++;
  }
  const drift = [...plan.drift, ...changes.map(asChange)];
  return record(deps, opened, { policy_id: policy_id ?? null, drift, sent, problem });
}

/** One request, with the parts that differ. */
async function put({ provider }: InProject, policy_id: string, target: PolicyState, actual: PolicyState) {
  const drift = comparePolicy(target, actual).drift.map(({ field }) => field);
  await provider.updatePolicy({
    path: { policy_id },
    body: {
      policy: {
        ...(drift.includes("enabled") && { enabled: target.enabled }),
        ...(drift.some((field) => field.startsWith("retention.")) && {
          operation_definition: toDefinition(target.retention),
        }),
        ...(drift.includes("schedule") && {
          trigger: { properties: { pattern: [...target.schedule] } },
        }),
      },
    },
  });
}
